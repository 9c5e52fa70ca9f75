import EngineInterface
import Kernels
import Network
import Testing

@testable import Training

struct PreparedModelTests {
  private func prepare(
    outputs: Int = 3, classes: Int = 3, _ change: (inout EngineConfiguration) -> Void = { _ in }
  ) throws -> PreparedModel {
    var configuration = SmallProblem.configuration()
    change(&configuration)
    return try PreparedModel(
      SmallProblem.imported(SmallProblem.classifier(outputs: outputs)),
      configuration: configuration, classes: (0..<classes).map(String.init),
      pool: WorkerPool(threads: 1))
  }

  @Test func theOldHeadStaysWhereItFitsAndGivesLogits() throws {
    let prepared = try prepare()
    #expect(prepared.newLayers.isEmpty)
    #expect(prepared.notices.isEmpty)
    let output = try #require(prepared.model.graph.nodes.last?.layer as? Dense)
    #expect(!output.appliesSoftmax)
    let answer = try #require(try prepared.answerGraph().nodes.last?.layer as? Dense)
    #expect(answer.appliesSoftmax)
  }

  @Test func aHeadThatDoesNotFitIsReplacedAndSaidSo() throws {
    let prepared = try prepare(outputs: 5, classes: 3)
    #expect(prepared.newLayers == ["output"])
    #expect(prepared.notices.count == 1)
    #expect(prepared.model.graph.outputShape == Shape(features: 3))
    let answer = try #require(try prepared.answerGraph().nodes.last?.layer as? Dense)
    #expect(answer.appliesSoftmax)
  }

  @Test func moreOutputsThanClassesAndHiddenLayers() throws {
    let prepared = try prepare { $0.head = HeadRequest(outputs: 7, hidden: [20, 10]) }
    let names = prepared.model.graph.nodes.suffix(4).map(\.name)
    #expect(names == ["dropout1", "hidden1", "hidden2", "output"])
    #expect(prepared.model.graph.outputShape == Shape(features: 7))
    #expect(throws: ConfigurationError.self) { try prepare { $0.head = HeadRequest(outputs: 2) } }
  }

  @Test func patternsFreezeAndNeverTouchANewHead() throws {
    let prepared = try prepare {
      $0.head = HeadRequest()
      $0.freeze = ["*"]
    }
    #expect(prepared.settings.frozen == ["conv1", "norm1", "conv2", "dense1"])
    #expect(try prepare { $0.freeze = ["conv*"] }.settings.frozen == ["conv1", "conv2"])
    #expect(try prepare { $0.freezeFirst = 2 }.settings.frozen == ["conv1", "norm1"])
    #expect(throws: ConfigurationError.self) { try prepare { $0.freeze = ["block*"] } }
    #expect(throws: ConfigurationError.self) { try prepare { $0.freeze = ["flatten"] } }
    #expect(throws: ConfigurationError.self) { try prepare { $0.freeze = ["*"] } }
  }

  @Test func blocksFreezeAndTakeMultipliersAndDropout() throws {
    func prepare(_ change: (inout EngineConfiguration) -> Void) throws -> PreparedModel {
      var configuration = SmallProblem.configuration()
      change(&configuration)
      return try PreparedModel(
        SmallProblem.imported(
          Architecture.named("mobilenet_v2").graph(
            inputShape: Shape(height: 32, width: 32, channels: 3))),
        configuration: configuration, classes: ["a", "b"], pool: WorkerPool(threads: 1))
    }
    let frozen = try prepare { $0.freeze = ["features.0-2"] }.settings.frozen
    #expect(frozen.contains("features.0.0") && frozen.contains("features.2.conv.3"))
    #expect(frozen.allSatisfy { name in (0...2).contains { name.hasPrefix("features.\($0).") } })
    let settings = try prepare {
      $0.multipliers = [PatternValue(pattern: "features.18", value: 0.5)]
      $0.dropout = [
        PatternValue(pattern: "classifier", value: 0.4),
        PatternValue(pattern: "features.4", value: 0.1),
      ]
    }.settings
    #expect(settings.multipliers == ["features.18.0": 0.5, "features.18.1": 0.5])
    // The dropout that is there, and one after the last layer of a block that has none.
    #expect(settings.dropout == ["classifier.0": 0.4])
    #expect(settings.insertedDropout == ["features.4.conv.3": 0.1])
  }

  @Test func fineTunePresetTrainsTheHeadAndSlowsTheRest() throws {
    let prepared = try prepare {
      Preset.fineTune.apply(to: &$0)
      $0.head = HeadRequest()
    }
    #expect(prepared.settings.frozen == ["conv1", "norm1", "conv2", "dense1"])
    #expect(prepared.settings.multipliers.keys.sorted() == ["conv1", "conv2", "dense1", "norm1"])
    #expect(prepared.settings.multipliers["conv1"] == 0.1)
    #expect(prepared.settings.learningRate == 1e-3)
  }

  @Test func dropoutPresetIsThePracticeOfThePaper() throws {
    let prepared = try prepare { Preset.dropout.apply(to: &$0) }
    let settings = prepared.settings
    #expect(settings.maxNorm == 5)
    #expect(settings.momentum == 0.95)
    #expect(settings.insertedDropout == ["": 0.2, "hidden1": 0.5])
    #expect(settings.dropout == ["dropout1": 0.5])
    #expect(try prepared.model.graph.tuned(by: settings).nodes[0].name == "input_dropout")
  }

  @Test func aRateForAllLeavesStochasticDepthAlone() throws {
    let graph = try Graph(
      name: "paths", inputShape: Shape([6, 6, 1]),
      nodes: [
        Graph.Node(
          name: "path", layer: Dropout(rate: 0.1, sharedAxes: [0, 1, 2]), inputs: [Graph.inputName]),
        Graph.Node(
          name: "channels", layer: Dropout(rate: 0.1, sharedAxes: [0, 1]), inputs: ["path"]),
        Graph.Node(name: "flatten", layer: Flatten(), inputs: ["channels"]),
        Graph.Node(name: "values", layer: Dropout(rate: 0.1), inputs: ["flatten"]),
        Graph.Node(name: "output", layer: Dense(units: 3), inputs: ["values"]),
      ])
    var configuration = SmallProblem.configuration()
    configuration.dropout = [PatternValue(pattern: "", value: 0.3)]
    let prepared = try SmallProblem.inputs(configuration, graph: graph).prepared
    #expect(prepared.settings.dropout == ["channels": 0.3, "values": 0.3])
    configuration.dropout = [PatternValue(pattern: "path", value: 0.3)]
    let named = try SmallProblem.inputs(configuration, graph: graph).prepared
    #expect(named.settings.dropout == ["path": 0.3])
  }

  @Test func dropoutGoesToLayersAndPutsItselfIn() throws {
    let all = try prepare { $0.dropout = [PatternValue(pattern: "", value: 0.3)] }
    #expect(all.settings.dropout == ["dropout1": 0.3])
    let acting = try prepare { $0.dropout = [PatternValue(pattern: "dense1", value: 0.4)] }
    #expect(acting.settings.dropout == ["dropout1": 0.4])
    let new = try prepare { $0.dropout = [PatternValue(pattern: "relu1", value: 0.4)] }
    #expect(new.settings.insertedDropout == ["relu1": 0.4])
    #expect(throws: ConfigurationError.self) {
      try prepare { $0.dropout = [PatternValue(pattern: "output", value: 0.4)] }
    }
  }

  @Test func aWrittenRateStandsOverThePresets() throws {
    let one = try prepare {
      Preset.dropout.apply(to: &$0)
      $0.dropout = [PatternValue(pattern: "", value: 0.3)]
    }
    #expect(one.settings.insertedDropout == ["": 0.3, "hidden1": 0.3])
    #expect(one.settings.dropout == ["dropout1": 0.3])
    // What names a layer stands over what names all, in any order.
    let named = try prepare {
      Preset.dropout.apply(to: &$0)
      $0.dropout = [
        PatternValue(pattern: "input", value: 0.1), PatternValue(pattern: "", value: 0.3),
        PatternValue(pattern: "hidden1_dropout", value: 0.4),
      ]
    }
    #expect(named.settings.insertedDropout == ["": 0.1, "hidden1": 0.4])
    // The input's can be put in without a preset.
    let input = try prepare { $0.dropout = [PatternValue(pattern: "input", value: 0.1)] }
    #expect(input.settings.insertedDropout == ["": 0.1])
  }

  /// A network without dropout layers gets them from the preset, and a rate for all means those.
  @Test func oneRateForAllNeedsADropoutLayerOrAPresetThatPutsThemIn() throws {
    let graph = try Graph(
      name: "plain", inputShape: Shape(features: 4),
      nodes: [
        Graph.Node(name: "first", layer: Dense(units: 5, activation: .relu), inputs: [""]),
        Graph.Node(name: "last", layer: Dense(units: 3), inputs: ["first"]),
      ])
    func prepare(_ change: (inout EngineConfiguration) -> Void) throws -> TuningSettings {
      var configuration = SmallProblem.configuration()
      change(&configuration)
      configuration.dropout = [PatternValue(pattern: "", value: 0.3)]
      return try PreparedModel(
        SmallProblem.imported(graph), configuration: configuration, classes: ["a", "b", "c"],
        pool: WorkerPool(threads: 1)
      ).settings
    }
    #expect(throws: ConfigurationError.self) { try prepare { _ in } }
    let settings = try prepare { Preset.dropout.apply(to: &$0) }
    #expect(settings.insertedDropout == ["": 0.3, "first": 0.3, "hidden1": 0.3])
    let kept = try prepare {
      Preset.dropout.apply(to: &$0)
      $0.head = HeadRequest(keepsTrained: true)
    }
    #expect(kept.insertedDropout == ["": 0.3, "first": 0.3])
  }

  // MARK: - Layers that a file says are not to be trained

  private func prepare(
    frozenByFile: [String], _ change: (inout EngineConfiguration) -> Void = { _ in }
  ) throws -> PreparedModel {
    var configuration = SmallProblem.configuration()
    change(&configuration)
    var imported = SmallProblem.imported(try SmallProblem.classifier())
    imported.frozenLayers = frozenByFile
    return try PreparedModel(
      imported, configuration: configuration, classes: ["a", "b", "c"],
      pool: WorkerPool(threads: 1))
  }

  @Test func layersThatTheFileFreezesStartFrozenAndThoseThatAreReplacedAreForgotten() throws {
    let kept = try prepare(frozenByFile: ["conv1", "norm1"]) { $0.freeze = ["conv2"] }
    #expect(kept.settings.frozen == ["conv1", "norm1", "conv2"])
    let replaced = try prepare(frozenByFile: ["conv1", "dense1", "output"]) {
      $0.head = HeadRequest()
    }
    // The new head has the old one's name.
    #expect(replaced.newLayers == ["output"])
    #expect(replaced.settings.frozen == ["conv1", "dense1"])
  }

  @Test func layersLearnAsFastAsTheFileSaysButForANewHead() throws {
    var imported = SmallProblem.imported(try SmallProblem.classifier())
    imported.multipliers = ["conv1": 0.5, "output": 10]
    func multipliers(_ change: (inout EngineConfiguration) -> Void) throws -> [String: Double] {
      var configuration = SmallProblem.configuration()
      change(&configuration)
      return try PreparedModel(
        imported, configuration: configuration, classes: ["a", "b", "c"],
        pool: WorkerPool(threads: 1)
      ).settings.multipliers
    }
    #expect(try multipliers { _ in } == ["conv1": 0.5, "output": 10])
    #expect(try multipliers { $0.head = HeadRequest() } == ["conv1": 0.5])
    let asked = try multipliers {
      $0.multipliers = [PatternValue(pattern: "conv1", value: 2)]
    }
    #expect(asked == ["conv1": 2, "output": 10])
  }

  /// Names that would say something else as patterns.
  @Test func namesInAFileAreNoPatterns() throws {
    let graph = try Graph(
      name: "starred", inputShape: Shape(features: 4),
      nodes: [
        Graph.Node(name: "dense*", layer: Dense(units: 5), inputs: [""]),
        Graph.Node(name: "dense1", layer: Dense(units: 5), inputs: ["dense*"]),
        Graph.Node(name: "last", layer: Dense(units: 3), inputs: ["dense1"]),
      ])
    var imported = SmallProblem.imported(graph)
    imported.frozenLayers = ["dense*"]
    let prepared = try PreparedModel(
      imported, configuration: SmallProblem.configuration(), classes: ["a", "b", "c"],
      pool: WorkerPool(threads: 1))
    #expect(prepared.settings.frozen == ["dense*"])
  }

  @Test func aFileThatFreezesEverythingIsNotBlamedOnAnOption() throws {
    let all = ["conv1", "norm1", "conv2", "dense1", "output"]
    #expect {
      try prepare(frozenByFile: all)
    } throws: {
      ($0 as? ConfigurationError)?.option == "head"
    }
    #expect(try prepare(frozenByFile: all) { $0.head = HeadRequest() }.settings.frozen.count == 4)
  }

  // MARK: - Separable convolutions

  @Test func aPatternReachesBothHalvesOfASeparableConvolution() throws {
    let separable = SeparableConv2D(filters: 4, window: Window(3))
    let graph = try Graph(
      name: "separable", inputShape: Shape(height: 6, width: 6, channels: 2),
      nodes: separable.nodes(name: "sep1", input: "") + separable.nodes(name: "sep2", input: "sep1")
        + [
          Graph.Node(name: "pool", layer: GlobalAveragePooling2D(), inputs: ["sep2"]),
          Graph.Node(name: "last", layer: Dense(units: 3), inputs: ["pool"]),
        ])
    func prepare(_ change: (inout EngineConfiguration) -> Void) throws -> PreparedModel {
      var configuration = SmallProblem.configuration()
      change(&configuration)
      return try PreparedModel(
        SmallProblem.imported(graph), configuration: configuration, classes: ["a", "b", "c"],
        pool: WorkerPool(threads: 1))
    }
    let halves: Set = ["sep1", "sep1_depthwise"]
    #expect(try prepare { $0.freeze = ["sep1"] }.settings.frozen == halves)
    #expect(try prepare { $0.freeze = ["*_depthwise"] }.settings.frozen.count == 2)
    #expect(try prepare { $0.freezeFirst = 1 }.settings.frozen == halves)
    let slower = try prepare { $0.multipliers = [PatternValue(pattern: "sep1", value: 0.1)] }
    #expect(Set(slower.settings.multipliers.keys) == halves)
    let before = try prepare { _ in }.model
    let fresh = try prepare {
      $0.seed = 77
      $0.reinitialize = ["sep1"]
    }.model
    for (name, isFresh) in [("sep1", true), ("sep1_depthwise", true), ("sep2", false)] {
      let values = [before, fresh].map { $0.parameters[name]![0].values.values }
      #expect((values[0] != values[1]) == isFresh, "\(name)")
    }
  }

  @Test func reinitializedLayersAreFresh() throws {
    let before = try prepare().model.parameters["conv1"]![0].values.values
    let kept = try prepare { $0.seed = 9 }.model.parameters["conv1"]![0].values.values
    #expect(kept == before)
    let fresh = try prepare {
      $0.seed = 9
      $0.reinitialize = ["conv1"]
    }
    #expect(fresh.model.parameters["conv1"]![0].values.values != before)
    #expect(throws: ConfigurationError.self) { try prepare { $0.reinitialize = ["relu1"] } }
  }
}
