import Network
import Testing

@testable import Training

struct PlanAnalysisTests {
  private func names(_ graph: Graph, _ flags: [Bool]) -> [String] {
    zip(graph.nodes, flags).filter(\.1).map(\.0.name)
  }

  @Test func prefixTakesInWhatIsFrozenOrHasNoParameters() throws {
    let graph = try SmallProblem.branchedGraph()
    let prefix = FrozenPrefix(graph, frozen: ["conv1", "norm1", "conv2"])
    #expect(names(graph, prefix.contains) == ["conv1", "norm1", "act1", "conv2"])
    #expect(prefix.boundary(of: graph).map { graph.nodes[$0].name } == ["act1", "conv2"])
  }

  @Test func prefixEndsAtALayerThatTrains() throws {
    let graph = try SmallProblem.branchedGraph()
    let prefix = FrozenPrefix(graph, frozen: ["norm1", "conv2", "norm2", "conv3", "dense1"])
    #expect(names(graph, prefix.contains) == [])
  }

  @Test func dropoutEndsThePrefixUnlessItsRateIsZero() throws {
    let frozen: Set = ["conv1", "norm1", "conv2", "norm2", "conv3", "dense1"]
    let without = try SmallProblem.branchedGraph(dropout: 0)
    #expect(names(without, FrozenPrefix(without, frozen: frozen).contains).last == "dense1")
    let with = try SmallProblem.branchedGraph(dropout: 0.5)
    #expect(names(with, FrozenPrefix(with, frozen: frozen).contains).last == "pool")
  }

  /// Networks of EfficientNet's kind would otherwise be cached up to their first block only.
  @Test func stochasticDepthOnAFrozenPathIsAlwaysThere() throws {
    var nodes = try SmallProblem.branchedGraph(dropout: 0.5).nodes
    let place = try #require(nodes.firstIndex { $0.layer is Dropout })
    nodes[place].layer = Dropout(rate: 0.5, sharedAxes: [0, 1, 2])
    let graph = try Graph(
      name: "depth", inputShape: SmallProblem.branchedGraph().inputShape, nodes: nodes)
    guard graph.isStochasticDepth(place) else {
      Issue.record("\(graph.shapes[place])")
      return
    }
    let frozen: Set = ["conv1", "norm1", "conv2", "norm2", "conv3", "dense1"]
    #expect(names(graph, FrozenPrefix(graph, frozen: frozen).contains).last == "dense1")
    let live = FrozenPrefix(graph, frozen: ["conv1", "norm1", "conv2", "norm2", "dense1"])
    #expect(!live.contains[place])
  }

  @Test func gradientReachesWhatTrainsThroughWhatIsFrozen() throws {
    let graph = try SmallProblem.branchedGraph()
    let reach = BackwardReach(graph, frozen: ["conv1", "norm1", "conv3", "dense1"])
    #expect(names(graph, reach.trains) == ["conv2", "norm2", "output"])
    #expect(
      names(graph, reach.needsGradient) == [
        "conv2", "norm2", "sum", "act2", "join", "pool", "drop", "flatten", "dense1", "output",
      ])
  }
}
