import TerminalUI

/// What of the shell lies under the mouse.
enum HitTarget: Sendable {
  /// The screen of that number.
  case screen(Int)
  case bar(BarTarget)
  case paletteEntry(Int)
  case choice(Int)
  /// Part of an overlay that does nothing.
  case nothing
}

/// Draws the workbench as the model has it.
package func render(_ model: WorkbenchModel, into frame: inout Frame, _ theme: Theme) {
  var canvas = Canvas(frame, theme: theme, glyphs: model.glyphs)
  _ = ScreenView(model: model).draw(&canvas)
  frame = canvas.frame
}

/// All of the terminal: the header, the screen on show, the bottom bar, and what lies over them.
struct ScreenView {
  let model: WorkbenchModel

  /// - Returns: where everything of the shell is; a screen knows itself where its parts are.
  func draw(_ canvas: inout Canvas) -> [HitRegion<HitTarget>] {
    canvas.frame.fill(canvas.rect, style: canvas.theme.ground)
    guard !model.isTooSmall else {
      drawTooSmall(&canvas)
      return []
    }
    let bands = canvas.rect.split(.vertical, [.fixed(1), .share(1), .fixed(1)])
    var regions = canvas.within(bands[0]) { HeaderView(model: model).draw(&$0) }
    model.screen.drawBody(&canvas, model.shared)
    regions += canvas.within(bands[2]) { BottomBarView(model: model).draw(&$0) }
    if model.overlay != nil {
      regions = OverlayView(model: model).draw(&canvas)
    }
    if canvas.glyphs.level == .ascii { canvas.frame.transliterate() }
    return regions
  }

  private func drawTooSmall(_ canvas: inout Canvas) {
    let theme = canvas.theme
    let minimum = WorkbenchModel.minimumSize
    let lines = [
      "thaw needs \(minimum.width)×\(minimum.height)",
      "this is \(model.columns)×\(model.lines)",
      "make the window larger",
    ]
    let area = canvas.rect.centered(width: canvas.rect.width, height: lines.count)
    for (index, line) in lines.enumerated() {
      canvas.frame.text(
        line, in: area.row(index), style: index == 0 ? theme.strong : theme.text, align: .center,
        ellipsis: "")
    }
    if canvas.glyphs.level == .ascii { canvas.frame.transliterate() }
  }
}

extension WorkbenchModel {
  /// Where the panes of the train screen lie on a terminal of this size, as the screen opens: for
  /// measurements of what each of them costs.
  package static func panes(columns: Int, lines: Int) -> [(name: String, rect: Rect)] {
    let size = Size(width: max(columns, 0), height: max(lines, 0))
    let model = WorkbenchModel(size: size, glyphs: .braille, themeNames: [])
    let bands = size.bounds.split(.vertical, [.fixed(1), .share(1), .fixed(1)])
    let panes = TrainLayout(model[screen: TrainScreen.self], model.shared).parts
    return ([("header", bands[0])] + panes + [("bar", bands[2])]).filter { !$0.rect.isEmpty }
  }
}
