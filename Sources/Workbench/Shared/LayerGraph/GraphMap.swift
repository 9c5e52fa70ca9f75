import TerminalUI

/// The whole network as a bar, with the place where one is.
struct GraphMap: Sendable {
  /// Of all nodes, in their order.
  var states: [GraphNode.State]
  /// Colours of the nodes where they show something else than the state; may be empty.
  var colors: [Color?]
  var selected: Int?
  /// The nodes in view.
  var visible: ClosedRange<Int>?
  var firstTitle: String
  var lastTitle: String

  init(
    states: [GraphNode.State], colors: [Color?] = [], selected: Int? = nil,
    visible: ClosedRange<Int>? = nil, firstTitle: String = "", lastTitle: String = ""
  ) {
    self.states = states
    self.colors = colors
    self.selected = selected
    self.visible = visible
    self.firstTitle = firstTitle
    self.lastTitle = lastTitle
  }

  /// Draws the bar from top to bottom; returns its rows with the first node of each.
  func render(_ canvas: inout Canvas) -> [HitRegion<Int>] {
    let (rect, theme, glyphs) = (canvas.rect, canvas.theme, canvas.glyphs)
    guard rect.width >= 1, rect.height >= 1, !states.isEmpty else { return [] }
    let count = states.count
    let height = min(rect.height, count * 2)
    // Mark, bar, window, words.
    let isWide = rect.width >= 8
    let barX = rect.x + (isWide ? min(4, rect.width / 4) : 0)
    let barWidth = min(isWide ? 2 : 1, rect.width)
    var regions: [HitRegion<Int>] = []
    var here: Int?
    for row in 0..<height {
      let nodes = row * count / height..<max(row * count / height + 1, (row + 1) * count / height)
      let y = rect.y + row
      let place = Rect(x: barX, y: y, width: barWidth, height: 1)
      let (glyph, color) = look(nodes, theme, glyphs)
      canvas.frame.fill(place, glyph, style: Style(color))
      regions.append(
        HitRegion(Rect(x: rect.x, y: y, width: rect.width, height: 1), nodes.lowerBound))
      if isWide, let visible, visible.overlaps(nodes.lowerBound...nodes.upperBound - 1) {
        canvas.frame.put(
          glyphs.box.vertical, width: 1, x: barX + barWidth + 1, y: y, style: theme.text)
      }
      if let selected, nodes.contains(selected), here == nil { here = row }
    }
    guard isWide else { return regions }
    let words = rect.inset(left: barX - rect.x + barWidth + 3)
    canvas.frame.text(firstTitle, in: words.row(0), style: theme.faint, ellipsis: glyphs.ellipsis)
    if height > 1 {
      canvas.frame.text(
        lastTitle, in: words.row(height - 1), style: theme.faint, ellipsis: glyphs.ellipsis)
    }
    if let here {
      canvas.frame.put(
        glyphs.selected, width: 1, x: max(rect.x, barX - 2), y: rect.y + here, style: theme.key)
      canvas.frame.fill(words.row(here))
      canvas.frame.text(
        "you are here", in: words.row(here), style: theme.text, ellipsis: glyphs.ellipsis)
    }
    return regions
  }

  /// What trains is solid, what is frozen is hatched, and both in one row are half of each, so that it
  /// can be told without colour.
  private func look(
    _ nodes: Range<Int>, _ theme: Theme, _ glyphs: GlyphSet
  ) -> (String, Color) {
    let custom = nodes.lazy.compactMap { colors.indices.contains($0) ? colors[$0] : nil }.first
    let range = nodes.clamped(to: states.indices)
    var shown = states[range]
    if shown.allSatisfy({ $0 == .inert }) {
      // What has nothing to train goes with what is before it.
      shown = states[..<range.lowerBound].suffix(8)
      shown = shown.lastIndex { $0 != .inert }.map { shown[$0...$0] } ?? shown
    }
    if shown.contains(.live), shown.contains(.frozen) {
      return (glyphs.halfSolid, custom ?? theme[.accentFg])
    }
    if shown.contains(.live) { return (glyphs.solid, custom ?? theme[.liveFg]) }
    if shown.contains(.frozen) { return (glyphs.hatched, custom ?? theme[.frozenFg]) }
    return (glyphs.box.vertical, custom ?? theme[.graphText])
  }
}
