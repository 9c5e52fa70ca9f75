import TerminalUI

@testable import Workbench

/// Graphs as networks have them.
struct SampleGraphs {
  var nodes: [GraphNode] = []
  var edges: [GraphEdge] = []

  @discardableResult
  mutating func add(
    _ title: String, _ detail: String = "", kind: GraphNode.Kind = .box,
    state: GraphNode.State = .live, from inputs: [Int], label: String = "",
    isCollapsed: Bool? = nil
  ) -> Int {
    nodes.append(
      GraphNode(title: title, detail: detail, kind: kind, state: state, isCollapsed: isCollapsed))
    for input in inputs {
      edges.append(GraphEdge(from: input, to: nodes.count - 1, label: label))
    }
    return nodes.count - 1
  }

  /// One projecting and one plain residual block, as ResNet-50 has them.
  static let residual: SampleGraphs = {
    var graph = SampleGraphs()
    var last = graph.add("stem", "7×7 64", state: .frozen, from: [], isCollapsed: true)
    for block in 0..<2 {
      let input = last
      for (number, detail) in ["1×1 64", "3×3 64", "1×1 256"].enumerated() {
        last = graph.add(
          "block\(block).conv\(number + 1)", detail, state: block == 0 ? .frozen : .live,
          from: [last], label: "56×56×64")
        last = graph.add(
          "bn\(number + 1)", kind: .small, from: [last], label: "56×56×64")
        if number < 2 {
          last = graph.add("relu", kind: .small, state: .inert, from: [last], label: "56×56×64")
        }
      }
      var shortcut = input
      if block == 0 {
        shortcut = graph.add("projection", "1×1 256", from: [input], label: "56×56×64")
        shortcut = graph.add("projection.bn", kind: .small, from: [shortcut], label: "56×56×256")
      }
      last = graph.add(
        "add", kind: .merge, state: .inert, from: [last, shortcut], label: "56×56×256")
      last = graph.add("relu", kind: .small, state: .inert, from: [last], label: "56×56×256")
    }
    graph.add("fc", "dense 8", from: [last], label: "256")
    return graph
  }()

  static let inception: SampleGraphs = {
    var graph = SampleGraphs()
    var last = graph.add("stem", from: [])
    for _ in 0..<3 {
      let branches = [1, 2, 2, 3].map { length in
        (0..<length).reduce(last) { input, _ in graph.add("conv", "1×1", from: [input]) }
      }
      last = graph.add("concat", kind: .merge, from: branches)
    }
    return graph
  }()

  static let unet: SampleGraphs = {
    var graph = SampleGraphs()
    var last = graph.add("input", from: [])
    var skips: [Int] = []
    for _ in 0..<4 {
      last = graph.add("down", "3×3", from: [last])
      skips.append(last)
      last = graph.add("pool", kind: .small, from: [last])
    }
    for skip in skips.reversed() {
      last = graph.add("up", kind: .small, from: [last])
      last = graph.add("concat", kind: .merge, from: [last, skip])
    }
    return graph
  }()

  /// Everything is joined to everything before it.
  static let dense: SampleGraphs = {
    var graph = SampleGraphs()
    for index in 0..<7 { graph.add("layer\(index)", from: Array(0..<index)) }
    return graph
  }()

  /// A graph without any order to it.
  static func random(seed: UInt64) -> SampleGraphs {
    var numbers = SampleNumbers(seed: seed)
    var graph = SampleGraphs()
    let kinds: [GraphNode.Kind] = [.box, .box, .small, .merge]
    for index in 0..<Int.random(in: 1...24, using: &numbers) {
      let inputs = (0..<index).filter {
        Int.random(in: 0..<(index - $0 + 1) * 2, using: &numbers) == 0
      }
      graph.add(
        "n\(index)", index % 3 == 0 ? "detail" : "",
        kind: kinds.randomElement(using: &numbers) ?? .box, from: inputs)
    }
    return graph
  }
}

extension Canvas {
  /// With nothing on it.
  static func blank(_ width: Int, _ height: Int, _ level: GlyphLevel = .braille) -> Canvas {
    Canvas(
      Frame(size: Size(width: width, height: height)), theme: .standard, glyphs: GlyphSet(level))
  }
}
