import TerminalUI

extension DataScreen {
  mutating func handle(
    _ event: MouseEvent, _ picture: Picture<Target>, _ shared: inout Shared
  ) -> [Effect] {
    let region = picture.region(x: event.x, y: event.y)
    if let open = chooser { return handle(event, region?.target, on: open, &shared) }
    switch event.kind {
    case .press where event.button == .left: press(region?.target)
    case .press where event.button == .right: _ = goBack(&shared)
    case .wheelUp, .wheelDown: scroll(event.kind == .wheelUp ? -1 : 1, region?.target, &shared)
    case .press, .drag, .release: break
    }
    return []
  }

  private mutating func press(_ target: Target?) {
    switch target {
    case .classRow(let number):
      focus = .classes
      select(class: number)
    case .notes: focus = .notes
    case .image(let number):
      // The second click on the same one is for a closer look.
      let isAgain = focus == .content && selectedImage == number
      focus = .content
      select(image: number)
      if isAgain { isLarge = true }
    case .cell(let row, let column):
      let isAgain = focus == .content && cell == (row, column)
      focus = .content
      select(row: row, column: column)
      if isAgain, matrixColumns.indices.contains(column) {
        show(.images(.cell(label: row, answer: matrixColumns[column])), returningTo: .matrix)
      }
    case .content:
      focus = .content
      isLarge = false
    case .choice, nil: break
    }
  }

  private mutating func scroll(_ direction: Int, _ target: Target?, _ shared: inout Shared) {
    switch target {
    case .classRow: select(class: selectedClass + direction * 3)
    case .notes:
      let before = focus
      focus = .notes
      for _ in 0..<3 { _ = perform(.move(.move(direction < 0 ? .up : .down)), &shared) }
      focus = before
    case .image, .cell, .content:
      let before = focus
      focus = .content
      _ = perform(.move(.move(direction < 0 ? .up : .down)), &shared)
      focus = before
    case .choice, nil: break
    }
  }

  private mutating func handle(
    _ event: MouseEvent, _ target: Target?, on open: ClassChooser, _ shared: inout Shared
  ) -> [Effect] {
    var open = open
    switch (event.kind, target) {
    case (.press, .choice(let index)) where event.button == .left:
      guard open.shown.indices.contains(index) else { return [] }
      return choose(open.shown[index], of: open.image, &shared)
    case (.press, _): chooser = nil
    case (.wheelUp, _):
      open.select(max(open.selected - 1, 0))
      chooser = open
    case (.wheelDown, _):
      open.select(min(open.selected + 1, max(open.shown.count - 1, 0)))
      chooser = open
    case (.drag, _), (.release, _): break
    }
    return []
  }
}
