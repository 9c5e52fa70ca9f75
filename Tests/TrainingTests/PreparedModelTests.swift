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
      SmallProblem.model(SmallProblem.classifier(outputs: outputs)), configuration: configuration,
      classes: classes, pool: WorkerPool(threads: 1))
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
