/// How the learning rate changes over a run: a shape, with an optional warm-up before it.
///
/// A schedule is a factor on the base rate that the slider holds: 1 leaves it as it is. So the
/// slider scales the whole schedule.
package struct Schedule: Codable, Sendable, Equatable {
  package var kind: ScheduleKind
  /// Epochs over which the rate first grows linearly to where the shape begins: its base, or what
  /// one-cycle rises from.
  package var warmupEpochs: Double

  package init(_ kind: ScheduleKind = .constant, warmupEpochs: Double = 0) {
    self.kind = kind
    self.warmupEpochs = warmupEpochs
  }

  /// The factor on the base rate for the step that comes after `position.step` others.
  /// `plateauFactor` is what reduce-on-plateau has come to; all other shapes ignore it.
  package func factor(at position: SchedulePosition, plateauFactor: Double) -> Double {
    let warmupSteps = (warmupEpochs * Double(position.stepsPerEpoch)).rounded()
    let step = Double(position.step)
    if step < warmupSteps {
      let start = kind.factor(epochs: 0, share: 0, plateauFactor: plateauFactor)
      return (step + 1) / warmupSteps * start
    }
    return kind.factor(
      epochs: (step - warmupSteps) / Double(max(position.stepsPerEpoch, 1)),
      share: min(1, (step - warmupSteps) / max(1, Double(position.totalSteps) - warmupSteps)),
      plateauFactor: plateauFactor)
  }
}

/// Where in the run a step lies.
package struct SchedulePosition: Sendable, Equatable {
  /// Steps done before it.
  package var step: Int
  package var stepsPerEpoch: Int
  package var epochs: Int

  package init(step: Int, stepsPerEpoch: Int, epochs: Int) {
    self.step = step
    self.stepsPerEpoch = stepsPerEpoch
    self.epochs = epochs
  }

  var totalSteps: Int { stepsPerEpoch.multipliedReportingOverflow(by: epochs).partialValue }
}
