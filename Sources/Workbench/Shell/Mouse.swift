import TerminalUI

/// The mouse: a click goes where the picture says that something is.
extension WorkbenchModel {
  mutating func handle(_ event: MouseEvent) -> [Effect] {
    if let overlay = shared.overlay { return handle(event, on: overlay) }
    guard !isTooSmall else { return [] }
    var canvas = Canvas(
      Frame(size: Size(width: shared.columns, height: shared.lines)), theme: .standard,
      glyphs: shared.glyphs)
    let regions = ScreenView(model: self).draw(&canvas)
    if event.kind == .press, event.button == .left,
      let region = regions.last(where: { $0.rect.contains(x: event.x, y: event.y) })
    {
      return press(region, event)
    }
    return onScreen { $0.handle(event, on: canvas, &$1) }
  }

  private mutating func press(_ region: HitRegion<HitTarget>, _ event: MouseEvent) -> [Effect] {
    switch region.target {
    case .screen(let number): return number == self.number ? [] : perform(.show(number))
    case .bar(let target): return perform(target.action(atColumn: event.x - region.rect.x))
    case .paletteEntry, .choice, .nothing: return []
    }
  }

  private mutating func handle(_ event: MouseEvent, on overlay: Shared.Overlay) -> [Effect] {
    switch event.kind {
    case .press where event.button == .left: return press(event, on: overlay)
    case .press where event.button == .right: shared.overlay = nil
    case .press, .drag: break
    case .release: return shared.flushDraft()
    case .wheelUp: return scroll(-1, overlay)
    case .wheelDown: return scroll(1, overlay)
    }
    return []
  }

  private mutating func press(_ event: MouseEvent, on overlay: Shared.Overlay) -> [Effect] {
    var canvas = Canvas(
      Frame(size: Size(width: shared.columns, height: shared.lines)), theme: .standard,
      glyphs: shared.glyphs)
    let regions = ScreenView(model: self).draw(&canvas)
    switch (regions.target(x: event.x, y: event.y), overlay) {
    case (.paletteEntry(let entry), .palette(let state)):
      return runPalette(entry: entry, state)
    case (.choice(let index), .dialog(let state)) where state.choices.indices.contains(index):
      return choose(state.choices[index].answer)
    default: return []
    }
  }

  private mutating func scroll(_ direction: Int, _ overlay: Shared.Overlay) -> [Effect] {
    switch overlay {
    case .help(let scroll):
      shared.overlay = .help(scroll: min(max(scroll + direction * 3, 0), helpScrollLimit))
      return []
    case .palette, .details: return handle(Key(direction < 0 ? .up : .down))
    case .dialog: return []
    }
  }
}
