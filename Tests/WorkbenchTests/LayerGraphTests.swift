import TerminalUI
import Testing

@testable import Workbench

/// The layer graph and its map as pictures.
@Suite struct LayerGraphTests {
  @Test(arguments: [
    (60, 34, GlyphLevel.braille), (50, 14, .blocks), (50, 14, .ascii),
  ]) func graphLooksAsBefore(width: Int, height: Int, level: GlyphLevel) {
    var canvas = Canvas.blank(width, height, level)
    Self.drawGraph(&canvas)
    let name = "layer-graph-\(width)x\(height)"
    Baseline.expect(canvas.frame.text, named: level == .braille ? name : "\(name)-\(level)")
  }

  @Test func mapLooksAsBefore() {
    var canvas = Canvas.blank(24, 10)
    Self.drawMap(&canvas)
    Baseline.expect(canvas.frame.text, named: "layer-map-24x10")
  }

  @Test(arguments: GlyphLevel.allCases) func bothStayInsideAtEverySize(level: GlyphLevel) {
    for size in [(0, 0), (1, 1), (2, 2), (3, 5), (8, 3), (20, 1), (31, 17), (60, 34)] {
      for draw in [Self.drawGraph, Self.drawMap] {
        var canvas = Canvas.blank(70, 44, level)
        let empty = canvas.frame
        let rect = Rect(x: 4, y: 4, width: size.0, height: size.1)
        canvas.within(rect, draw)
        let isInside = (0..<44).allSatisfy { y in
          (0..<70).allSatisfy { x in rect.contains(x: x, y: y) || canvas.frame[x, y] == empty[x, y]
          }
        }
        #expect(isInside, "\(size) in \(level)")
      }
    }
  }

  /// Names that differ at their ends stay apart in boxes that are too narrow for them.
  @Test func aLongNameShowsItsEnd() {
    let nodes = ["1x1", "3x3"].map {
      GraphNode(title: "Branch_0/Conv2d_0a_and_much_more_\($0)", detail: "2 layers")
    }
    let view = LayerGraphView(
      nodes: nodes, edges: [GraphEdge(from: 0, to: 1)], maximumWidth: 20)
    var canvas = Canvas.blank(40, 20)
    _ = view.centered(in: canvas.rect).render(&canvas)
    #expect(canvas.frame.text.contains("1x1") && canvas.frame.text.contains("3x3"))
  }

  private static func drawGraph(_ canvas: inout Canvas) {
    let graph = SampleGraphs.residual
    var view = LayerGraphView(nodes: graph.nodes, edges: graph.edges)
    view.selected = 4
    _ = view.centered(in: canvas.rect).render(&canvas)
  }

  private static func drawMap(_ canvas: inout Canvas) {
    _ = GraphMap(
      states: SampleGraphs.residual.nodes.map(\.state), selected: 3, visible: 2...5,
      firstTitle: "first", lastTitle: "last"
    ).render(&canvas)
  }
}
