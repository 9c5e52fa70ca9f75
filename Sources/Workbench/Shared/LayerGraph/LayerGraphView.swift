import TerminalUI

/// The layer graph: boxes and edges from top to bottom, seen through a window.
struct LayerGraphView: Sendable {
  let nodes: [GraphNode]
  let layout: GraphLayout
  var selected: Int?
  /// What a key acts on besides it: framed like it.
  var marked: Set<Int> = []
  /// The cell of the layout at the window's upper left corner.
  var offset: GraphLayout.Point

  /// Lays the graph out; keep the value while the nodes stay, this is what costs time.
  /// - Parameters:
  ///   - nodes: in topological order.
  ///   - maximumWidth: the widest box.
  init(nodes: [GraphNode], edges: [GraphEdge], maximumWidth: Int = 34) {
    self.nodes = nodes
    // Boxes of one width make columns; 3 columns more than their text on each side.
    let widest = nodes.filter { $0.kind == .box }.map { Self.textWidth($0) + 4 }.max() ?? 12
    let width = min(max(widest, 18), max(12, maximumWidth))
    layout = GraphLayout(
      items: nodes.map { Self.item($0, boxWidth: width) },
      edges: Self.withoutRepeatedLabels(edges, nodes))
    offset = GraphLayout.Point(x: 0, y: 0)
  }

  /// Columns before the mark of a small node, which stands on the path.
  private static let smallSpine = 2

  /// A small node that leaves the shape as it is says nothing new about it.
  private static func withoutRepeatedLabels(
    _ edges: [GraphEdge], _ nodes: [GraphNode]
  ) -> [GraphEdge] {
    var incoming: [Int: Set<String>] = [:]
    for edge in edges { incoming[edge.to, default: []].insert(edge.label) }
    return edges.map { edge in
      guard nodes.indices.contains(edge.from), nodes[edge.from].kind != .box,
        incoming[edge.from] == [edge.label]
      else { return edge }
      return GraphEdge(from: edge.from, to: edge.to)
    }
  }

  private static func textWidth(_ node: GraphNode) -> Int {
    max(
      TextWidth.columns(node.title) + 2 + (node.isCollapsed == nil ? 0 : 2),
      TextWidth.columns(node.detail))
  }

  /// Columns of a small node from its mark on.
  private static func smallWidth(_ node: GraphNode) -> Int {
    let detail = TextWidth.columns(node.detail)
    return 2 + TextWidth.columns(node.title) + (detail > 0 ? detail + 2 : 0) + 1
  }

  private static func item(_ node: GraphNode, boxWidth: Int) -> GraphLayout.Item {
    switch node.kind {
    case .box:
      GraphLayout.Item(size: Size(width: boxWidth, height: node.detail.isEmpty ? 3 : 4))
    case .small:
      GraphLayout.Item(
        size: Size(width: smallSpine + min(smallWidth(node), boxWidth), height: 1),
        spine: smallSpine, isCompact: true)
    case .merge: GraphLayout.Item(size: Size(width: 1, height: 1), isMerge: true)
    }
  }

  /// The window that shows the selected node in the middle, as far as the graph's edges allow; a
  /// graph that is smaller than the window stands in its middle.
  func centered(in rect: Rect) -> LayerGraphView {
    var result = self
    func start(_ middle: Int, _ room: Int, _ length: Int) -> Int {
      length <= room ? -(room - length) / 2 : min(max(0, middle - room / 2), length - room)
    }
    let place = selected.flatMap { layout.places.indices.contains($0) ? layout.places[$0] : nil }
    result.offset.y =
      layout.size.height <= rect.height
      ? 0 : start(place.map { $0.y + $0.height / 2 } ?? 0, rect.height, layout.size.height)
    result.offset.x = start(
      place.map { $0.x + $0.width / 2 } ?? 0, rect.width, layout.size.width)
    return result
  }

  /// The nodes of which something is seen through a window of this size.
  func visibleNodes(in rect: Rect) -> [Int] {
    let window = Rect(x: offset.x, y: offset.y, width: rect.width, height: rect.height)
    return nodes.indices.filter { !layout.places[$0].intersection(window).isEmpty }
  }

  /// Draws what is seen and returns the nodes by number.
  func render(_ canvas: inout Canvas) -> [HitRegion<Int>] {
    let rect = canvas.rect
    guard !rect.isEmpty, !nodes.isEmpty else { return [] }
    let window = Rect(x: offset.x, y: offset.y, width: rect.width, height: rect.height)
    var regions: [HitRegion<Int>] = []
    canvas.clipped(to: rect) { canvas in
      let lines = drawEdges(rect, window, &canvas)
      drawLabels(rect, window, lines, &canvas)
      for node in visibleNodes(in: rect) {
        var place = layout.places[node]
        place.x += rect.x - offset.x
        place.y += rect.y - offset.y
        draw(node, in: place, &canvas)
        regions.append(HitRegion(place.intersection(rect), node))
      }
      drawPorts(rect, window, &canvas)
    }
    return regions
  }

  private func drawEdges(_ rect: Rect, _ window: Rect, _ canvas: inout Canvas) -> EdgeCanvas {
    let theme = canvas.theme
    var lines = EdgeCanvas(visible: window)
    for route in layout.routes {
      let rows = route.points.map(\.y)
      guard let top = rows.min(), let bottom = rows.max(), top < window.maxY, bottom >= window.y
      else { continue }
      lines.add(route, isBright: route.edge.from == selected || route.edge.to == selected)
    }
    for (point, cell) in lines.cells {
      canvas.frame.put(
        EdgeCanvas.glyph(cell.arms, canvas.glyphs), width: 1, x: rect.x + point.x - offset.x,
        y: rect.y + point.y - offset.y, style: cell.isBright ? theme.text : theme.faint)
    }
    return lines
  }

  /// The shape beside each edge, at the right of its line, where nothing is in the way.
  private func drawLabels(
    _ rect: Rect, _ window: Rect, _ lines: EdgeCanvas, _ canvas: inout Canvas
  ) {
    var taken: [Rect] = []
    for route in layout.routes where !route.edge.label.isEmpty {
      guard let row = labelRow(route, window) else { continue }
      let width = TextWidth.columns(route.edge.label)
      let place = Rect(x: row.x + 2, y: row.y, width: width, height: 1)
      let isFree =
        (place.x - 1...place.maxX).allSatisfy {
          lines.cells[GraphLayout.Point(x: $0, y: row.y)] == nil
        } && !taken.contains { !$0.intersection(place).isEmpty }
        && !layout.places.contains { !$0.intersection(place).isEmpty }
      guard isFree else { continue }
      taken.append(place)
      canvas.frame.text(
        route.edge.label, x: rect.x + place.x - offset.x, y: rect.y + place.y - offset.y,
        style: canvas.theme.faint)
    }
  }

  /// The middle of the edge's longest way down, or what of it is in view.
  private func labelRow(_ route: GraphLayout.Route, _ window: Rect) -> GraphLayout.Point? {
    var best: (x: Int, rows: ClosedRange<Int>)?
    for (a, b) in zip(route.points, route.points.dropFirst()) where a.x == b.x {
      let rows = min(a.y, b.y)...max(a.y, b.y)
      if best == nil || rows.count > best?.rows.count ?? 0 { best = (a.x, rows) }
    }
    guard let best else { return nil }
    let seen = best.rows.clamped(to: window.y...max(window.y, window.maxY - 1))
    guard best.rows.overlaps(seen), best.rows.contains(seen.lowerBound) else { return nil }
    return GraphLayout.Point(x: best.x, y: (seen.lowerBound + seen.upperBound) / 2)
  }

  /// Where an edge meets a box's border.
  private func drawPorts(_ rect: Rect, _ window: Rect, _ canvas: inout Canvas) {
    let glyphs = canvas.glyphs
    for route in layout.routes {
      guard let first = route.points.first, let last = route.points.last else { continue }
      let ends = [
        (route.edge.from, first.x, first.y - 1, glyphs.teeDown),
        (route.edge.to, last.x, last.y + 1, glyphs.teeUp),
      ]
      for (node, x, y, glyph) in ends
      where nodes[node].kind == .box && layout.places[node].contains(x: x, y: y) {
        guard window.contains(x: x, y: y) else { continue }
        canvas.frame.put(
          glyph, width: 1, x: rect.x + x - offset.x, y: rect.y + y - offset.y,
          style: Style(color(nodes[node], canvas.theme)))
      }
    }
  }

  private func color(_ node: GraphNode, _ theme: Theme) -> Color {
    if let color = node.color { return color }
    return switch node.state {
    case .frozen: theme[.frozenFg]
    case .live: theme[.liveFg]
    case .inert: theme[.graphText]
    }
  }

  private func mark(_ node: GraphNode, _ glyphs: GlyphSet) -> String {
    switch node.state {
    case .frozen: glyphs.frozen
    case .live: glyphs.live
    case .inert: glyphs.inert
    }
  }

  private func draw(_ index: Int, in place: Rect, _ canvas: inout Canvas) {
    let (theme, glyphs) = (canvas.theme, canvas.glyphs)
    let node = nodes[index]
    let isSelected = index == selected || marked.contains(index)
    let edge = Style(color(node, theme))
    let name =
      isSelected || (node.state == .live && node.kind == .box)
      ? theme.strong : node.state == .live ? theme.text : theme.label
    if isSelected, node.kind != .merge { canvas.frame.fill(place, style: theme.selection) }
    let title: StyledText = [Span(mark(node, glyphs) + " ", edge.bold), Span(node.title, name)]
    switch node.kind {
    case .merge:
      canvas.frame.put(
        glyphs.merge, width: 1, x: place.x, y: place.y,
        style: isSelected ? theme.key.reverse : theme.accent)
      let width = TextWidth.columns(node.title)
      canvas.frame.text(
        node.title, x: place.x - 1 - width, y: place.y,
        style: isSelected ? theme.strong : theme.faint)
    case .small:
      let line = node.detail.isEmpty ? title : title + [Span("  " + node.detail, theme.faint)]
      canvas.frame.text(line, in: place.inset(left: Self.smallSpine), ellipsis: glyphs.ellipsis)
    case .box:
      let inside = canvas.frame.box(
        place, Box(border: edge, isFocused: isSelected), glyphs: glyphs
      ).inset(columns: 1, rows: 0)
      let badge = node.isCollapsed.map { $0 ? glyphs.collapsed : glyphs.expanded }
      // What tells one from the next stands at the end of many names.
      let room = inside.inset(right: badge == nil ? 0 : 2)
      canvas.frame.text(
        title.truncatedInMiddle(columns: room.width, ellipsis: glyphs.ellipsis), in: room,
        ellipsis: glyphs.ellipsis)
      if let badge {
        canvas.frame.text(badge, in: inside, style: theme.accent, align: .right)
      }
      canvas.frame.text(
        node.detail, in: inside.row(1), style: isSelected ? theme.label : theme.faint,
        ellipsis: glyphs.ellipsis)
    }
  }
}
