import EngineInterface
import Files
import TerminalUI

/// The second screen: the layer graph, the selected layer in full, and a map of the whole network.
struct GraphView {
  let model: Scene<GraphScreen>
  private var glyphs: GlyphSet { model.glyphs }

  /// Where its parts lie; a part without room is empty.
  struct Layout: Equatable {
    var graph: Rect
    var details: Rect
    var map: Rect
    /// The selected layer in a line, where there is no room for all about it.
    var summary = Rect(x: 0, y: 0, width: 0, height: 0)
    /// The last line: what was said last.
    var log: Rect

    init(_ body: Rect) {
      let isWide = body.width >= 110
      let bands = body.split(.vertical, [.share(1), .fixed(1)])
      log = bands[1].inset(columns: 1, rows: 0)
      guard body.width >= Shared.narrow else {
        let isTall = body.height >= 30
        let parts = bands[0].split(.vertical, [.share(1), .fixed(isTall ? 14 : 1)])
        graph = parts[0]
        details = isTall ? parts[1] : Rect(x: 0, y: 0, width: 0, height: 0)
        if !isTall { summary = parts[1].inset(columns: 1, rows: 0) }
        map = Rect(x: 0, y: 0, width: 0, height: 0)
        return
      }
      let sides = bands[0].split(.horizontal, [.share(1), .fixed(isWide ? 46 : 33)])
      let parts = sides[1].split(.vertical, [.fixed(bands[0].height >= 40 ? 16 : 14), .share(1)])
      (graph, details, map) = (sides[0], parts[0], parts[1])
    }
  }

  func draw(_ canvas: inout Canvas) -> [HitRegion<LayerRow.ID>] {
    let theme = canvas.theme
    let layout = Layout(canvas.rect)
    guard let graph = model.graph else {
      let text: String =
        if case .preparing(let stage) = model.state { EndingText.text(stage) } else { "no layers" }
      canvas.frame.text(
        text, in: layout.graph.row(layout.graph.height / 2), style: theme.faint, align: .center)
      drawDetails(layout, &canvas)
      return []
    }
    let inside = layout.graph.inset(left: 1, right: 1)
    var view = graph.view
    view.selected = graph.index(of: model.selection.id, in: model.shared)
    view.marked = graph.boxes(of: model.shared)
    view = view.centered(in: inside)
    var regions = canvas.within(inside) { view.render(&$0) }.map {
      HitRegion($0.rect, graph.ids[$0.target])
    }
    drawDetails(layout, &canvas)
    if !layout.map.isEmpty {
      let visible = view.visibleNodes(in: inside)
      regions += canvas.within(layout.map) { drawMap(graph, visible, &$0) }
    }
    canvas.within(layout.log) { canvas in
      if let search = model.selection.search {
        LayerSearchLine(search: search).draw(&canvas)
      } else {
        LogLines(model: model.shared, theme: canvas.theme).drawLast(&canvas)
      }
    }
    return regions
  }

  private func drawDetails(_ layout: Layout, _ canvas: inout Canvas) {
    let panel = DetailsPanel(model: model.shared, adjusted: model.shared.adjustedKnob)
    canvas.within(layout.details) { panel.draw(&$0) }
    canvas.frame.text(panel.summary(canvas.theme), in: layout.summary, ellipsis: glyphs.ellipsis)
  }

  private func drawMap(
    _ graph: GraphScene, _ visible: [Int], _ canvas: inout Canvas
  ) -> [HitRegion<LayerRow.ID>] {
    let theme = canvas.theme
    let box = Box(
      border: Style(theme[.layerBox]), title: StyledText("Map", theme.strong),
      status: StyledText(NumberText.quantity(model.layers.count, "layer"), theme.label))
    let inside = canvas.frame.box(canvas.rect, box, glyphs: glyphs).inset(columns: 1, rows: 0)
    let values = model.layerValues
    let states = model.layers.map { layer -> GraphNode.State in
      switch LayerLook([layer], values) {
      case .live, .mixed: .live
      case .frozen, .inertFrozen: .frozen
      case .inert: .inert
      }
    }
    let seen = visible.flatMap { graph.members[$0] }
    var range: ClosedRange<Int>?
    if let first = seen.min(), let last = seen.max() { range = first...last }
    let selected = graph.index(of: model.selection.id, in: model.shared).flatMap {
      graph.members[$0].first
    }
    let map = GraphMap(
      states: states, selected: selected, visible: range,
      firstTitle: model.layers.first?.name ?? "", lastTitle: model.layers.last?.name ?? "")
    return canvas.within(inside) { map.render(&$0) }.map {
      HitRegion($0.rect, .layer(model.layers[$0.target].name))
    }
  }
}
