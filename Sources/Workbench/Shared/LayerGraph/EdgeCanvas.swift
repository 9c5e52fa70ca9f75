import TerminalUI

/// Lines of edges in cells: which arms each cell has, and of which net.
///
/// All edges that leave a node are one net until they arrive, all that arrive at a node another.
/// Where two nets meet they join; where they only cross, the horizontal one passes below.
struct EdgeCanvas {
  struct Arms: OptionSet, Hashable {
    let rawValue: UInt8
    static let up = Arms(rawValue: 1)
    static let down = Arms(rawValue: 2)
    static let left = Arms(rawValue: 4)
    static let right = Arms(rawValue: 8)
    static let vertical: Arms = [.up, .down]
    static let horizontal: Arms = [.left, .right]
  }
  enum Net: Hashable {
    case from(Int)
    case to(Int)
  }
  struct Cell {
    var nets: [Net: Arms] = [:]
    var isJoined = false
    var isBright = false

    var arms: Arms {
      let union = nets.values.reduce(into: Arms()) { $0.formUnion($1) }
      if nets.count < 2 || isJoined || nets.values.contains(union) { return union }
      return union.isSuperset(of: .vertical) ? .vertical : union
    }
  }

  private(set) var cells: [GraphLayout.Point: Cell] = [:]
  private let visible: Rect

  init(visible: Rect) { self.visible = visible }

  mutating func add(_ route: GraphLayout.Route, isBright: Bool) {
    let points = route.points
    for index in points.indices.dropLast() {
      let net: Net = index < route.joinIndex ? .from(route.edge.from) : .to(route.edge.to)
      line(points[index], points[index + 1], net, isBright)
    }
    if let first = points.first {
      arm(first, .up, .from(route.edge.from), isBright)
      // An edge of one cell has no line.
      if points.count == 2, points[0] == points[1] {
        arm(first, .down, .from(route.edge.from), isBright)
      }
    }
    if let last = points.last, points.count > 1 {
      let before = points[points.count - 2]
      let net: Net =
        points.count - 1 <= route.joinIndex ? .from(route.edge.from) : .to(route.edge.to)
      let side: Arms =
        before.y == last.y && before.x != last.x
        ? (before.x > last.x ? .left : .right) : .down
      arm(last, side, net, isBright)
    }
    if points.indices.contains(route.joinIndex), route.joinIndex < points.count - 1 {
      join(points[route.joinIndex])
      // The corner above the target, where the straight edge comes in too.
      if points[route.joinIndex].x != points[points.count - 1].x,
        route.joinIndex + 1 < points.count - 1
      {
        join(points[route.joinIndex + 1])
      }
    }
  }

  private mutating func line(
    _ a: GraphLayout.Point, _ b: GraphLayout.Point, _ net: Net, _ isBright: Bool
  ) {
    if a.x == b.x {
      let top = min(a.y, b.y)
      let bottom = max(a.y, b.y)
      // Only the part in view: a lane may be thousands of rows long.
      for y in max(top, visible.y - 1)...max(top, visible.y - 1, min(bottom, visible.maxY)) {
        guard y <= bottom else { break }
        var arms: Arms = []
        if y > top { arms.insert(.up) }
        if y < bottom { arms.insert(.down) }
        arm(GraphLayout.Point(x: a.x, y: y), arms, net, isBright)
      }
    } else {
      let left = min(a.x, b.x)
      let right = max(a.x, b.x)
      for x in left...right {
        var arms: Arms = []
        if x > left { arms.insert(.left) }
        if x < right { arms.insert(.right) }
        arm(GraphLayout.Point(x: x, y: a.y), arms, net, isBright)
      }
    }
  }

  private mutating func arm(
    _ point: GraphLayout.Point, _ arms: Arms, _ net: Net, _ isBright: Bool
  ) {
    guard visible.contains(x: point.x, y: point.y), !arms.isEmpty else { return }
    cells[point, default: Cell()].nets[net, default: []].formUnion(arms)
    if isBright { cells[point]?.isBright = true }
  }

  private mutating func join(_ point: GraphLayout.Point) {
    guard visible.contains(x: point.x, y: point.y) else { return }
    cells[point, default: Cell()].isJoined = true
  }

  static func glyph(_ arms: Arms, _ glyphs: GlyphSet) -> String {
    switch arms {
    case [.up, .down], [.up], [.down]: glyphs.box.vertical
    case [.left, .right], [.left], [.right]: glyphs.box.horizontal
    case [.down, .right]: glyphs.box.topLeft
    case [.down, .left]: glyphs.box.topRight
    case [.up, .right]: glyphs.box.bottomLeft
    case [.up, .left]: glyphs.box.bottomRight
    case [.up, .down, .left]: glyphs.teeLeft
    case [.up, .down, .right]: glyphs.teeRight
    case [.up, .left, .right]: glyphs.teeUp
    case [.down, .left, .right]: glyphs.teeDown
    default: glyphs.cross
    }
  }
}
