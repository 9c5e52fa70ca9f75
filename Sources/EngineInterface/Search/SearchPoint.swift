/// What one trial tries: a value of each of the search's variables, in their order.
package struct SearchPoint: Codable, Hashable, Sendable {
  package let values: [SearchValue]
  /// What the learning rate is multiplied by in its round; its own value of the rate is not.
  package let rateFactor: Double

  package init(_ values: [SearchValue], rateFactor: Double = 1) {
    self.values = values
    self.rateFactor = rateFactor
  }
}

/// How far a search may go. What comes first ends it.
package struct SearchBudget: Codable, Hashable, Sendable {
  /// Trials that are begun.
  package var trials: Int?
  /// Time that the search has worked, pauses aside.
  package var minutes: Double?
  /// Epochs of a trial that is never stopped.
  package var epochs: Int

  package init(trials: Int? = nil, minutes: Double? = nil, epochs: Int = 10) {
    self.trials = trials
    self.minutes = minutes
    self.epochs = epochs
  }

  /// Why it cannot be; `nil` where it can.
  package var objection: OutOfRange? {
    if let trials, trials < 1 || trials > 100_000 {
      return OutOfRange(expected: "1 to 100000 trials", found: "\(trials)")
    }
    if let minutes, !(minutes > 0 && minutes <= 1e6) {
      return OutOfRange(expected: "minutes, more than 0 and at most 1000000", found: "\(minutes)")
    }
    return TuningRange.epochs.objection(to: epochs)
  }
}
