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
