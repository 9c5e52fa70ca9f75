import Dispatch
import EngineInterface
import Files
import Training
import Workbench

/// Finds a learning rate for a run that is kept nowhere, without a screen: what was tried, and what is
/// suggested.
struct FinderSession {
  let isJSON: Bool

  /// Between two lines that are no JSON.
  private static let pointsPerLine = 5

  /// - Throws: what is wrong with the input, or with training.
  func run(_ recipe: Recipe) throws {
    let requests = try EndRequests.begin()
    let changes = DispatchSemaphore(value: 0)
    let engine = Engine(
      configuration: recipe.configuration, model: recipe.model.title,
      prepare: { progress in
        var recipe = recipe
        let inputs = try recipe.loadInputs(of: .new, progress: progress)
        try inputs.checkMemory()
        return inputs
      }, onChange: { changes.signal() })
    // Nothing is made that could be lost.
    requests.deliver { EngineStage.endBeforeAnythingWasMade($0) }
    let sender = RequestSender()
    sender.send(.control(.pause), to: engine)
    // The head may have to be solved first.
    while engine.snapshot.state != .paused {
      if let failure = TrainingFailure(engine) { throw failure }
      changes.wait()
    }
    sender.send(.experiment(.testRange(RangeTestRequest())), to: engine)
    try show(engine, changes)
    StandardOutput.flush()
  }

  /// Prints until the test is over.
  private func show(_ engine: Engine, _ changes: DispatchSemaphore) throws {
    var (shown, lastEvent) = (0, UInt64(0))
    while true {
      for numbered in engine.events(after: lastEvent) {
        lastEvent = numbered.number
        // It may be refused.
        if case .rejected(_, let objection) = numbered.event {
          throw TrainingFailure(objection, words: ObjectionText.text(objection))
        }
      }
      if let experiment = engine.experiment, let test = experiment.rangeTest {
        for point in test.points.dropFirst(shown) {
          shown += 1
          emit(point, isLast: shown == test.points.count && test.ending != nil, number: shown)
        }
        if case .failed(let words) = experiment.phase {
          throw TrainingFailure(Objection.error(words), words: words)
        }
        if experiment.phase == .done { return conclude(test) }
      }
      changes.wait()
    }
  }

  private func emit(_ point: RangeTest.Point, isLast: Bool, number: Int) {
    if isJSON {
      return StandardOutput.print(
        JSONLine.encode(
          PointRecord(rate: point.rate, loss: point.loss, smoothed: point.smoothed)))
    }
    guard number % Self.pointsPerLine == 1 || isLast else { return }
    StandardOutput.print(
      "rate \(NumberText.scientific(point.rate))  loss \(PlainText.number(point.loss))  smoothed "
        + PlainText.number(point.smoothed))
    StandardOutput.flush()
  }

  private func conclude(_ test: RangeTest) {
    let valley = test.valley.map { test.points[$0].rate }
    let steepest = test.steepest.map { test.points[$0].rate }
    let range = test.searchRange
    guard isJSON else {
      return StandardOutput.print(
        NoticeText.text(
          .rangeTested(
            valley: valley, steepest: steepest, rates: test.points.count, searchRange: range)))
    }
    StandardOutput.print(
      JSONLine.encode(
        SuggestionRecord(
          valley: valley, steepest: steepest,
          searchRange: range.map { [$0.lowerBound, $0.upperBound] }, rates: test.points.count,
          ending: Self.name(test.ending))))
  }

  private static func name(_ ending: RangeTest.Ending?) -> String {
    switch ending {
    case .complete, nil: "complete"
    case .diverged: "diverged"
    case .notANumber: "notANumber"
    }
  }

  private struct PointRecord: Encodable {
    var event = "rate"
    var rate: Double
    var loss: Double
    var smoothed: Double
  }

  private struct SuggestionRecord: Encodable {
    var event = "learningRate"
    var valley: Double?
    var steepest: Double?
    /// Ends of what a search may try.
    var searchRange: [Double]?
    /// So many were tried.
    var rates: Int
    var ending: String
  }
}
