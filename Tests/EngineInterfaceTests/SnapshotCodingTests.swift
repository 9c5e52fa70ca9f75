import Foundation
import Testing

@testable import EngineInterface

/// A screen may be in another process: what it is told comes through as bytes.
@Suite struct SnapshotCodingTests {
  private func again<Value: Codable>(_ value: Value) throws -> Value {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try decoder.decode(Value.self, from: encoder.encode(value))
  }

  @Test(arguments: [
    EngineSnapshot.State.preparing(.readingModel), .running, .paused, .unsaved("disk full"),
    .finished(.dropped(step: 9, backTo: 4)),
    .failed(RunFailure(error: "x", rest: .checkpoint(path: "/a"))),
  ])
  func aSnapshotComesBack(state: EngineSnapshot.State) throws {
    let run = RunDescription(
      name: "a", model: "m", classes: ["x", "y"], outputs: 2, inputShape: [4, 4, 1],
      optimizer: .rmsprop, schedule: "constant", batch: 8, trainImages: 9, validationImages: 3,
      seed: .max)
    var snapshot = EngineSnapshot(run: run, settings: TuningSettings(frozen: ["conv"]))
    snapshot.state = state
    snapshot.revision = 7
    snapshot.lastApplied = [RequestID(sender: .max, number: 3)]
    snapshot.breakdown = Breakdown(step: 3, backTo: nil, learningRate: 1e-4)
    snapshot.cache.obstacle = .liveStatistics(layer: "bn")
    snapshot.latest.trainLoss = .infinity
    var layer = LayerSummary(
      name: "conv", kind: "Conv2D", detail: "", inputs: [""], outputShape: [4, 4, 2],
      parameterCount: 20, trainableParameterCount: 20)
    layer.gradientHistory = [1, .nan]
    snapshot.layers = [layer]
    let copy = try again(snapshot)
    #expect(copy.run == snapshot.run && copy.settings == snapshot.settings)
    #expect(copy.state == state && copy.revision == 7)
    #expect(copy.lastApplied(of: .max) == 3 && copy.lastApplied(of: 1) == 0)
    #expect(copy.breakdown == snapshot.breakdown && copy.cache == snapshot.cache)
    #expect(copy.latest.trainLoss == .infinity)
    #expect(copy.layers.count == 1 && copy.layers[0].gradientHistory[1].isNaN)
  }

  @Test func eventsAndAnswersComeBack() throws {
    let id = RequestID(sender: 5, number: 6)
    let metrics = EpochSummary.Metrics(loss: 0.5, accuracy: 0.25, top5: nil)
    let events: [EngineEvent] = [
      .epochEnded(
        EpochSummary(
          epoch: 1, step: 2, train: metrics, validation: nil, imagesPerSecond: 3, learningRate: 4)),
      .checkpointWritten(path: "/x", step: 1), .notice(.misfit(step: 3, .noMomentum(.adagrad))),
      .rejected(id, .outOfRange(OutOfRange(expected: "a", found: "b"))), .unsaved("full"),
      .failed(RunFailure(error: "e", rest: .keptNowhere)), .finished(.completed(epochs: 3)),
    ]
    let numbered = events.enumerated().map {
      NumberedEvent(number: UInt64($0.offset + 1), event: $0.element)
    }
    #expect(try again(numbered) == numbered)
    var summary = RunSummary(name: "r", path: "/r", state: .stopped(step: nil))
    summary.best = RunSummary.Best(epoch: 2, metrics: metrics, isValidation: true)
    let reply = Reply(id: id, answer: .runs([summary]))
    #expect(try again(reply) == reply)
  }
}
