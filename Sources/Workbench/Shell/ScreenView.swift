import TerminalUI

/// What lies under the mouse.
enum HitTarget: Sendable {
  case pane(WorkbenchModel.Pane)
  case row(Int)
  case column(Knob)
  case slider(Knob, Slider.Layout)
  /// A chart, with the place of its curves and the steps from their left edge to the right one.
  case chart(WorkbenchModel.Pane, plot: Rect, steps: ClosedRange<Double>)
  case node(LayerRow.ID)
  case screen(WorkbenchModel.Screen)
  case bar(BarTarget)
  case paletteEntry(Int)
  case choice(Int)
  /// Part of an overlay that does nothing.
  case nothing
}

/// Draws the screen as the model has it.
package func render(_ model: WorkbenchModel, into frame: inout Frame, _ theme: Theme) {
  _ = ScreenView(model: model).draw(&frame, theme)
}

/// The whole screen. Drawing it says also where everything is, which is how the mouse finds it.
struct ScreenView {
  let model: WorkbenchModel

  func draw(_ frame: inout Frame, _ theme: Theme) -> [HitRegion<HitTarget>] {
    frame.fill(frame.bounds, style: theme.ground)
    guard !model.isTooSmall else {
      drawTooSmall(&frame, theme)
      return []
    }
    var regions = HeaderView(model: model).draw(
      TrainLayout(model).header, &frame, theme)
    switch model.screen {
    case .train: regions += TrainView(model: model).draw(&frame, theme)
    case .graph: regions += GraphView(model: model).draw(&frame, theme)
    }
    regions += BottomBarView(model: model).draw(TrainLayout(model).bar, &frame, theme)
    if model.overlay != nil {
      regions = OverlayView(model: model).draw(frame.bounds, &frame, theme)
    }
    if model.glyphs.level == .ascii { frame.transliterate() }
    return regions
  }

  private func drawTooSmall(_ frame: inout Frame, _ theme: Theme) {
    let minimum = TrainLayout.minimum
    let lines = [
      "thaw needs \(minimum.width)×\(minimum.height)",
      "this is \(model.columns)×\(model.lines)",
      "make the window larger",
    ]
    let area = frame.bounds.centered(width: frame.size.width, height: lines.count)
    for (index, line) in lines.enumerated() {
      frame.text(
        line, in: area.row(index), style: index == 0 ? theme.strong : theme.text, align: .center,
        ellipsis: "")
    }
    if model.glyphs.level == .ascii { frame.transliterate() }
  }
}
