/// A picture of the screen: cells that widgets draw into. Drawing outside of it, or outside of the
/// clip, does nothing, so a widget need not ask whether it has room.
package struct Frame: Hashable, Sendable {
  package let size: Size
  /// Row by row.
  package private(set) var cells: [Cell]
  /// What may be drawn on.
  var clip: Rect

  package init(size: Size, style: Style = .blank) {
    self.size = size
    clip = size.bounds
    cells = [Cell](
      repeating: Cell(style: style.over(.blank)), count: size.width * size.height)
  }

  package var bounds: Rect { size.bounds }

  /// The cell at a place; a blank one outside.
  package subscript(x: Int, y: Int) -> Cell {
    bounds.contains(x: x, y: y) ? cells[y * size.width + x] : .blank
  }

  /// Draws with everything outside of `rect` left alone.
  package mutating func clipped(to rect: Rect, _ draw: (inout Frame) -> Void) {
    let outer = clip
    clip = outer.intersection(rect)
    draw(&self)
    clip = outer
  }

  /// Puts one scalar with its marks at a place. A wide one at the clip's last column becomes a
  /// space; whatever wide one it cuts in half does too.
  package mutating func put(_ text: String, width: Int, x: Int, y: Int, style: Style) {
    guard clip.contains(x: x, y: y) else { return }
    let index = y * size.width + x
    if width == 2, !clip.contains(x: x + 1, y: y) {
      set(Cell(text: " ", width: 1, style: style.over(cells[index].style)), at: index, x: x)
      return
    }
    let resolved = style.over(cells[index].style)
    set(Cell(text: text, width: UInt8(width), style: resolved), at: index, x: x)
    if width == 2 { set(Cell(text: "", width: 0, style: resolved), at: index + 1, x: x + 1) }
  }

  /// Adds a combining mark to what is at a place. Four are enough for any script; more would only
  /// serve to scribble over the neighbours.
  mutating func combine(_ mark: Unicode.Scalar, x: Int, y: Int) {
    guard clip.contains(x: x, y: y) else { return }
    let index = y * size.width + x
    guard cells[index].width > 0, cells[index].text.unicodeScalars.count < 5 else { return }
    cells[index].text.unicodeScalars.append(mark)
  }

  /// Lays a style over the cells of a rectangle, their text kept.
  package mutating func restyle(_ rect: Rect, _ style: Style) {
    let area = clip.intersection(rect)
    guard !area.isEmpty else { return }
    for y in area.y..<area.maxY {
      for index in (y * size.width + area.x)..<(y * size.width + area.maxX) {
        var resolved = style.over(cells[index].style)
        resolved.attributes.formUnion(cells[index].style.attributes)
        cells[index].style = resolved
      }
    }
  }

  private mutating func set(_ cell: Cell, at index: Int, x: Int) {
    let old = cells[index].width
    if old == 0, cell.width != 0, x > 0, cells[index - 1].width == 2 {
      cells[index - 1] = Cell(text: " ", width: 1, style: cells[index - 1].style)
    } else if old == 2, x + 1 < size.width, cells[index + 1].width == 0 {
      cells[index + 1] = Cell(text: " ", width: 1, style: cells[index + 1].style)
    }
    cells[index] = cell
  }
}
