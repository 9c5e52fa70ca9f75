import EngineInterface
import Kernels
import ModelFormats
import Network
import Testing

@testable import Training

/// Networks that end in features.
@Suite struct LinearProbeTests {
  private static func backbone() throws -> ImportedModel {
    let window = Window(3, padding: .same)
    return SmallProblem.imported(
      try Graph(
        name: "backbone", inputShape: Shape(height: 6, width: 6, channels: 1),
        nodes: [
          Graph.Node(name: "conv1", layer: Conv2D(filters: 6, window: window), inputs: [""]),
          Graph.Node(name: "norm1", layer: BatchNormalization(), inputs: ["conv1"]),
          Graph.Node(name: "relu1", layer: ActivationLayer(.relu), inputs: ["norm1"]),
        ]))
  }

  private static func prepared(
    _ imported: ImportedModel, _ change: (inout EngineConfiguration) -> Void = { _ in }
  ) throws -> (model: PreparedModel, configuration: EngineConfiguration) {
    var configuration = SmallProblem.configuration()
    change(&configuration)
    if imported.isBackbone { configuration.settleProbe() }
    let model = try PreparedModel(
      imported, configuration: configuration, classes: ["a", "b", "c"],
      pool: WorkerPool(threads: 1))
    return (model, configuration)
  }

  @Test func aHeadIsAppendedAndTrainsAlone() throws {
    let (model, configuration) = try Self.prepared(Self.backbone())
    #expect(
      model.model.graph.nodes.map(\.name) == ["conv1", "norm1", "relu1", "output_pool", "output"])
    #expect(model.settings.frozen == ["conv1", "norm1"])
    #expect(configuration.headStart == .ridge)
    #expect(model.notices[0].contains("ends in features, without a classifier"))
    #expect(model.notices[1].contains("linear probe") && model.notices[1].contains("ridge"))
  }

  @Test func whatAPersonSaysStands() throws {
    let live = try Self.prepared(Self.backbone()) { $0.freezesBackbone = false }
    #expect(live.model.settings.frozen.isEmpty && live.configuration.headStart == nil)
    let some = try Self.prepared(Self.backbone()) { $0.freeze = ["conv1"] }
    #expect(some.model.settings.frozen == ["conv1"] && some.configuration.headStart == nil)
    let random = try Self.prepared(Self.backbone()) { $0.headStart = .random }
    #expect(random.configuration.headStart == .random)
    #expect(random.model.settings.frozen == ["conv1", "norm1"])
    // Without a cache features would be computed again and again; hidden layers have no solution.
    let uncached = try Self.prepared(Self.backbone()) { $0.cacheBudget = 0 }
    #expect(uncached.configuration.headStart == .random)
    let deep = try Self.prepared(Self.backbone()) { $0.head = HeadRequest(hidden: [8]) }
    #expect(deep.configuration.headStart == .random)
    #expect(deep.model.settings.frozen == ["conv1", "norm1"])
  }

  /// A dense layer before the features' end looks like a classifier, to all but who made the network.
  @Test func whatTheFileSaysCountsMoreThanTheLooks() throws {
    var imported = SmallProblem.imported(try SmallProblem.classifier())
    #expect(!imported.isBackbone)
    imported.hasClassifier = false
    let (model, _) = try Self.prepared(imported)
    #expect(model.newLayers == ["output_1"])
    #expect(model.model.graph.index(of: "output") != nil)
    #expect(throws: ConfigurationError.self) {
      try Self.prepared(imported) { $0.head = HeadRequest(keepsTrained: true) }
    }
    var bare = try Self.backbone()
    bare.hasClassifier = true
    #expect(!bare.isBackbone)
  }

  @Test func aNetworkWithAClassifierIsTunedAsBefore() throws {
    let (model, configuration) = try Self.prepared(SmallProblem.imported(SmallProblem.classifier()))
    #expect(model.settings.frozen.isEmpty)
    #expect(configuration.freezesBackbone == nil && configuration.headStart == nil)
  }

  /// A solved head is a default, and no reason to fail.
  @Test func whereItCannotBeSolvedTheHeadBeginsAtRandom() throws {
    var configuration = SmallProblem.configuration()
    configuration.head = HeadRequest()
    configuration.headStart = .ridge
    configuration.freezesBackbone = true
    let driver = EngineDriver(configuration, data: SmallProblem.data(train: 1, validation: 3))
    driver.train(toStep: 1)
    #expect(driver.step == 1)
  }
}
