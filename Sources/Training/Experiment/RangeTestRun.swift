import EngineInterface
import Files

/// A learning-rate range test as it runs: a copy of the run trains on the batches that would come, with the
/// optimiser as it stands, at another rate in each step.
final class RangeTestRun: Experiment {
  private(set) var test: RangeTest
  private let original: Trainer
  private var branch: Trainer?
  private var step = 0
  private var mean = SmoothedLoss(weight: RangeTest.smoothing)
  private var least = Double.infinity
  /// The error's words.
  private var failure: String?

  /// - Throws: `MemoryShortage`.
  init(_ request: RangeTestRequest, on trainer: Trainer) throws {
    original = trainer
    let base = trainer.settings.learningRate
    test = RangeTest(
      request: request, learningRate: base,
      scheduleFactor: base > 0 ? trainer.learningRate / base : 1)
    try MemoryShortage.check(
      trainer.bytes(ofBranches: [(trainer.settings, 1)]),
      for: "a learning-rate finder on \(trainer.graph.name)", available: trainer.availableMemory())
  }

  var wantsToRun: Bool { failure == nil && test.ending == nil }

  func tick() {
    guard wantsToRun else { return }
    do {
      guard let branch else {
        branch = try makeBranch()
        return
      }
      try advance(branch)
    } catch is TrainingError {
      end(.notANumber)
    } catch {
      failure = "\(error)"
      self.branch = nil
    }
  }

  private func makeBranch() throws -> Trainer {
    var settings = original.settings
    // The rate is none of the schedule's: there is no last epoch.
    settings.epochs = TuningRange.epochs.values.upperBound
    return try original.branched(settings, seed: original.configuration.seed)
  }

  private func advance(_ branch: Trainer) throws {
    let rate = test.request.rate(at: step)
    let loss = try branch.advance(rate: rate)
    step += 1
    if let loss {
      let smoothed = mean.note(loss)
      test.points.append(RangeTest.Point(rate: rate, loss: loss, smoothed: smoothed))
      least = min(least, smoothed)
      if smoothed > RangeTest.divergence * least { return end(.diverged) }
    }
    if step == test.request.steps { end(.complete) }
  }

  private func end(_ ending: RangeTest.Ending) {
    test.ending = ending
    branch = nil
  }

  func takeUnreadable() -> [String] { branch?.unreadable.takeUntold() ?? [] }

  var snapshot: ExperimentSnapshot {
    ExperimentSnapshot(
      phase: failure.map { .failed($0) } ?? (test.ending == nil ? .running : .done),
      subject: .rangeTest(test))
  }

  var outcome: EngineNotice {
    if let failure { return .experimentFailed(failure) }
    return .rangeTested(
      valley: test.valley.map { test.points[$0].rate },
      steepest: test.steepest.map { test.points[$0].rate }, rates: test.points.count,
      searchRange: test.searchRange)
  }
}
