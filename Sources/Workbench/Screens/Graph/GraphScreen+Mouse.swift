import TerminalUI

extension GraphScreen {
  mutating func handle(
    _ event: MouseEvent, _ picture: Picture<LayerRow.ID>, _ shared: inout Shared
  ) -> [Effect] {
    let box = picture.region(x: event.x, y: event.y)?.target
    switch event.kind {
    case .release: return shared.flushDraft()
    case .press where event.button == .left:
      if let box { press(box, &shared) }
    case .press where event.button == .right:
      if let box {
        shared.selection.select(box)
        shared.overlay = .details
      }
    case .wheelUp: move(.move(.up), &shared)
    case .wheelDown: move(.move(.down), &shared)
    case .drag, .press: break
    }
    return []
  }

  /// The first click selects, another one on a block opens it.
  private func press(_ id: LayerRow.ID, _ shared: inout Shared) {
    if shared.selection.id == id, case .block = id {
      shared.selection.toggleBlock(showsOpenBlocks: false)
    } else {
      shared.selection.select(id)
      if shared.selection.noteClick(at: shared.now) { shared.overlay = .details }
    }
  }
}
