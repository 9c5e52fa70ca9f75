/// What a run is to be compared with: itself, with edits made, over a number of steps.
package struct ComparisonRequest: Codable, Sendable, Equatable {
  package var edits: [Edit]
  package var steps: Int

  package init(edits: [Edit], steps: Int) {
    self.edits = edits
    self.steps = steps
  }
}

/// One state of a run, trained on with edits and without, from the same weights and over the same batches:
/// once over those that the run itself would see, and in other orders to know how much of the difference is
/// chance.
package struct Comparison: Codable, Sendable, Equatable {
  /// Orders of the data. The first is the run's.
  package static let seeds = 3
  /// Validation images that are looked at, where there are as many.
  package static let validationImages = 256

  /// One copy's way.
  package struct Course: Codable, Sendable, Equatable {
    /// Of each step's batch.
    package var losses: [Float] = []
    /// Steps done.
    package var steps = 0
    /// Of the sample, at the end.
    package var validationLoss: Double?
    /// A loss or a weight is no number since this step.
    package var brokenAt: Int?

    package init() {}
  }

  package var edits: [Edit]
  /// What they change, in words' values.
  package var changes: [EditChange]
  package var steps: Int
  /// Steps that the run has before it.
  package var mostSteps: Int
  /// In the order of the seeds.
  package var without: [Course]
  package var with: [Course]
  /// Validation images in the sample; 0: there is none.
  package var sampledImages: Int

  package init(
    edits: [Edit], changes: [EditChange], steps: Int, mostSteps: Int, sampledImages: Int
  ) {
    self.edits = edits
    self.changes = changes
    self.steps = steps
    self.mostSteps = mostSteps
    self.sampledImages = sampledImages
    without = Array(repeating: Course(), count: Self.seeds)
    with = without
  }

  /// Steps that all copies have done.
  package var stepsDone: Int {
    (without + with).filter { $0.brokenAt == nil }.map(\.steps).min() ?? steps
  }

  package var isBroken: Bool { with.contains { $0.brokenAt != nil } }

  /// Of the past in smoothed losses: the last tenth of the steps counts most.
  package var smoothing: Double { 1 - 1 / max(5, Double(steps) / 10) }

  /// Smoothed losses, as far as the courses have come.
  package func smoothed(_ courses: [Course]) -> [[Double]] {
    courses.map { SmoothedLoss.all($0.losses, weight: smoothing) }
  }

  /// What the edits have done to the smoothed training loss in as many steps as all copies have done, seed
  /// by seed; `nil` before the first step, and where a copy is broken.
  package var trainingDifference: Estimate? {
    let done = stepsDone
    guard done > 0, !(with + without).contains(where: { $0.brokenAt != nil }) else { return nil }
    let ends = [with, without].map { courses in
      smoothed(courses).map { $0.prefix(done).last ?? .nan }
    }
    return Estimate(zip(ends[0], ends[1]).map { $0 - $1 })
  }

  /// The same of the sample's validation loss; `nil` until all have it.
  package var validationDifference: Estimate? {
    let pairs = zip(with, without).compactMap { edited, plain in
      edited.validationLoss.flatMap { loss in plain.validationLoss.map { loss - $0 } }
    }
    return pairs.count == Self.seeds ? Estimate(pairs) : nil
  }
}
