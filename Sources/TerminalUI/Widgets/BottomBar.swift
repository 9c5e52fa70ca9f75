/// What the keys do now, in one line. Every segment can be clicked.
package struct BottomBar<Action>: Sendable where Action: Sendable {
  /// The most important first: those at the end go when room is short.
  package var items: [BarItem<Action>]

  package init(_ items: [BarItem<Action>]) { self.items = items }

  /// Draws the bar and returns its segments.
  package func render(_ canvas: inout Canvas) -> [HitRegion<Action>] {
    let (rect, theme) = (canvas.rect, canvas.theme)
    guard !rect.isEmpty else { return [] }
    let row = rect.row(0)
    canvas.frame.fill(row, style: theme.bar)
    var regions: [HitRegion<Action>] = []
    var x = row.x + 1
    for item in items {
      let width = TextWidth.columns(item.key) + 1 + TextWidth.columns(item.title)
      guard x + width <= row.maxX else { break }
      let start = x
      x = canvas.frame.text(item.key, x: x, y: row.y, style: theme.key) + 1
      x = canvas.frame.text(item.title, x: x, y: row.y, style: Style(theme[.graphText]))
      regions.append(HitRegion(Rect(x: start, y: row.y, width: width, height: 1), item.action))
      x += 2
    }
    return regions
  }
}
