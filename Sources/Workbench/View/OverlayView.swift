import TerminalUI

/// Help, palette and questions, over the screen.
struct OverlayView {
  let model: WorkbenchModel
  private var glyphs: GlyphSet { model.glyphs }

  func draw(_ rect: Rect, _ frame: inout Frame, _ theme: Theme) -> [HitRegion<HitTarget>] {
    // What lies under it does not answer.
    let rest = [HitRegion(rect, HitTarget.nothing)]
    switch model.overlay {
    case .help(let scroll):
      help(offset: scroll).render(Self.helpRect(rect), &frame, theme, glyphs)
      return rest
    case .palette(let state):
      return rest
        + model.palette(state, glyphs).render(rect, &frame, theme, glyphs).map {
          HitRegion($0.rect, .paletteEntry($0.target))
        }
    case .dialog(let state):
      let dialog = Dialog(
        title: state.title, message: state.text.joined(separator: "\n"),
        buttons: state.choices.map { Dialog.Button(key: String($0.letter), $0.title) },
        selected: state.selected)
      return rest
        + dialog.render(rect, &frame, theme, glyphs).map {
          HitRegion($0.rect, .choice($0.target))
        }
    case nil:
      return []
    }
  }

  func help(offset: Int) -> HelpPage {
    // The table asks what the screen below allows.
    var below = model
    below.overlay = nil
    return HelpPage(
      sections: WorkbenchBindings.table.help(for: below, glyphs: glyphs), offset: offset)
  }

  static func helpRect(_ screen: Rect) -> Rect { screen.inset(columns: 2, rows: 1) }
}

extension WorkbenchModel {
  /// The furthest that the help page scrolls.
  var helpScrollLimit: Int {
    let screen = Size(width: columns, height: lines).bounds
    return OverlayView(model: self).help(offset: 0).lastOffset(in: OverlayView.helpRect(screen))
  }
}
