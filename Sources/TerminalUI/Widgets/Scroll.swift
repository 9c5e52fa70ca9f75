/// Where a scrolled list begins.
package enum Scroll {
  /// The first line to show so that `selected` is in view, moved as little as can be from where it
  /// was, with a line of what comes next where there is room.
  package static func offset(current: Int, selected: Int?, visible: Int, count: Int) -> Int {
    guard visible > 0, count > visible else { return 0 }
    var offset = current
    if let selected {
      let margin = visible >= 5 ? 1 : 0
      offset = min(offset, selected - margin)
      offset = max(offset, selected + margin - visible + 1)
    }
    return min(max(offset, 0), count - visible)
  }

  /// Draws how far a list is scrolled, over the column of a border; nothing where all is in view.
  package static func bar(
    _ canvas: inout Canvas, offset: Int, visible: Int, count: Int, style: Style
  ) {
    let rect = canvas.rect
    guard rect.height >= 2, rect.width > 0, visible > 0, count > visible else { return }
    let thumb = max(1, rect.height * visible / count)
    let range = count - visible
    let top = (rect.height - thumb) * min(max(offset, 0), range) / range
    let place = Rect(x: rect.x, y: rect.y + top, width: 1, height: thumb)
    canvas.frame.fill(place, canvas.glyphs.scrollThumb, style: style)
  }
}
