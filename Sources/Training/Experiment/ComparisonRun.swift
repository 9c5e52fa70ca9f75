import EngineInterface
import Files

/// A comparison as it runs: copies of the run with edits and without, of each order of the data one, go on
/// side by side, a step each in turn.
final class ComparisonRun: Experiment {
  private(set) var comparison: Comparison
  private let original: Trainer
  private let edited: TuningSettings
  private var copies: [Place: Trainer] = [:]
  /// The copy that is being validated.
  private var validation: (place: Place, pass: ValidationPass)?
  /// The error's words.
  private var failure: String?

  /// Of a copy among all.
  private struct Place: Hashable {
    var seed: Int
    var isEdited: Bool

    static let all = (0..<Comparison.seeds).flatMap { seed in
      [false, true].map { Place(seed: seed, isEdited: $0) }
    }
  }

  /// - Parameters:
  ///   - edited: the settings that the edits come to.
  ///   - changes: what they change.
  /// - Throws: `MemoryShortage`, `GraphError`.
  init(
    _ request: ComparisonRequest, edited: TuningSettings, changes: [EditChange],
    on trainer: Trainer
  ) throws {
    original = trainer
    self.edited = edited
    let most = min(trainer.stepsLeft, TuningRange.comparisonSteps.values.upperBound)
    comparison = Comparison(
      edits: request.edits, changes: changes, steps: min(request.steps, most), mostSteps: most,
      sampledImages: trainer.sampleCount(of: Comparison.validationImages))
    try MemoryShortage.check(
      trainer.bytes(
        ofBranches: [(trainer.settings, Comparison.seeds), (edited, Comparison.seeds)]),
      for: "a comparison of \(2 * Comparison.seeds) copies of \(trainer.graph.name)",
      available: trainer.availableMemory())
  }

  private subscript(place: Place) -> Comparison.Course {
    get { place.isEdited ? comparison.with[place.seed] : comparison.without[place.seed] }
    set {
      if place.isEdited {
        comparison.with[place.seed] = newValue
      } else {
        comparison.without[place.seed] = newValue
      }
    }
  }

  // MARK: - Work

  var wantsToRun: Bool { failure == nil && (nextToTrain != nil || nextToValidate != nil) }

  /// The copy that has done the fewest steps.
  private var nextToTrain: Place? {
    Place.all.filter { self[$0].brokenAt == nil && self[$0].steps < comparison.steps }
      .min { self[$0].steps < self[$1].steps }
  }

  private var nextToValidate: Place? {
    guard comparison.sampledImages > 0 else { return nil }
    return Place.all.first { self[$0].brokenAt == nil && self[$0].validationLoss == nil }
  }

  func tick() {
    do {
      guard failure == nil else { return }
      if let place = nextToTrain {
        try train(place)
      } else if let place = nextToValidate {
        try validate(place)
      }
    } catch {
      failure = "\(error)"
      copies = [:]
    }
  }

  private func train(_ place: Place) throws {
    guard let copy = copies[place] else {
      copies[place] = try makeCopy(place)
      return
    }
    let before = copy.progress.step
    do {
      let loss = try copy.advance()
      guard copy.progress.step > before else { return }
      self[place].steps += 1
      // A batch of which nothing can be read leaves the curve as it is.
      if let loss = loss.map({ Float($0) }) ?? self[place].losses.last {
        self[place].losses.append(loss)
      }
    } catch is TrainingError {
      self[place].brokenAt = self[place].steps + 1
      copies[place] = nil
    }
  }

  /// Other seeds have another order of the data and other dropout.
  private func makeCopy(_ place: Place) throws -> Trainer {
    try original.branched(
      place.isEdited ? edited : original.settings,
      seed: original.configuration.seed &+ UInt64(place.seed) << 32)
  }

  private func validate(_ place: Place) throws {
    guard let copy = copies[place],
      let pass = validation.flatMap({ $0.place == place ? $0.pass : nil })
        ?? copy.sampledValidation(of: Comparison.validationImages)
    else { return }
    validation = (place, pass)
    try copy.runBatch(of: pass)
    guard pass.shareDone == 1 else { return }
    self[place].validationLoss = pass.sums.means(outputs: copy.outputs).loss
    validation = nil
  }

  /// It is of so many steps from now on, and goes on where those are more than are done.
  func setSteps(_ steps: Int) {
    let done = Place.all.map { self[$0].steps }.max() ?? 0
    let next = min(max(steps, done, 1), comparison.mostSteps)
    guard next != comparison.steps else { return }
    comparison.steps = next
    validation = nil
    for place in Place.all where self[place].steps < next { self[place].validationLoss = nil }
  }

  func takeUnreadable() -> [String] {
    copies.values.flatMap { $0.unreadable.takeUntold() }.sorted()
  }

  // MARK: - What is seen

  var snapshot: ExperimentSnapshot {
    ExperimentSnapshot(
      phase: failure.map { .failed($0) } ?? (wantsToRun ? .running : .done),
      subject: .comparison(comparison))
  }

  var outcome: EngineNotice {
    if let failure { return .experimentFailed(failure) }
    return .compared(
      comparison.changes, steps: comparison.stepsDone, training: comparison.trainingDifference,
      validation: comparison.validationDifference)
  }
}
