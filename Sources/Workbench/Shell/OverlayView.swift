import TerminalUI

/// Help, palette and questions, over the screen.
struct OverlayView {
  let model: WorkbenchModel
  private var glyphs: GlyphSet { model.glyphs }

  func draw(_ canvas: inout Canvas) -> [HitRegion<HitTarget>] {
    let (rect, theme) = (canvas.rect, canvas.theme)
    // What lies under it does not answer.
    let rest = [HitRegion(rect, HitTarget.nothing)]
    switch model.overlay {
    case .help(let scroll):
      canvas.within(Self.helpRect(rect)) { help(offset: scroll).render(&$0) }
      return rest
    case .palette(let state):
      return rest
        + model.palette(state, glyphs).render(&canvas).map {
          HitRegion($0.rect, .paletteEntry($0.target))
        }
    case .dialog(let state):
      let dialog = Dialog(
        title: state.title, message: state.text.joined(separator: "\n"),
        buttons: state.choices.map { Dialog.Button(key: String($0.letter), $0.title) },
        selected: state.selected)
      return rest
        + dialog.render(&canvas).map {
          HitRegion($0.rect, .choice($0.target))
        }
    case .details:
      let panel = DetailsPanel(
        model: model.shared, adjusted: model.screen.adjustedKnob(model.shared))
      let area = rect.centered(width: 76, height: panel.lineCount(theme) + 2)
      canvas.frame.fill(area, style: theme.ground)
      canvas.within(area) { panel.draw(&$0) }
      let keys: StyledText = [
        Span(" ", theme.label), Span("esc", theme.key), Span(" closes ", theme.label),
      ]
      canvas.frame.text(keys, x: area.maxX - keys.columns - 2, y: area.maxY - 1)
      return rest
    case nil:
      return []
    }
  }

  func help(offset: Int) -> HelpPage {
    // The table asks what the screen below allows.
    var below = model
    below.shared.overlay = nil
    let sections = WorkbenchBindings.table.help(
      for: below, glyphs: glyphs, first: below.screen.helpGroups)
    return HelpPage(sections: sections + [MouseHelp.section], offset: offset)
  }

  /// All of the screen: what would stand beside it says nothing by itself.
  static func helpRect(_ screen: Rect) -> Rect { screen }
}

/// What the mouse does.
enum MouseHelp {
  static let section = HelpSection(
    title: "Mouse",
    entries: [
      ("click", "select a layer, move the crosshair, press what the bottom bar names"),
      ("on the mark", "freeze or thaw that row"),
      ("on a heading", "mark the column that - and + change"),
      ("on log", "logarithmic or linear axis; on smooth, a smoother line"),
      ("twice", "all about a layer; a block opens or closes"),
      ("right", "all about a layer; on a chart, the whole run again"),
      ("drag", "a slider's handle; over a chart, zoom to that part"),
      ("wheel", "scroll, zoom a chart, turn a slider"),
      ("shift", "with it, the terminal selects text itself"),
    ].map { HelpSection.Entry(keys: $0.0, description: $0.1) })
}

extension WorkbenchModel {
  /// The furthest that the help page scrolls.
  var helpScrollLimit: Int {
    let screen = Size(width: shared.columns, height: shared.lines).bounds
    return OverlayView(model: self).help(offset: 0).lastOffset(in: OverlayView.helpRect(screen))
  }
}
