/// A search that a person would have beside the open run: its trials begin with that run's weights.
package struct SearchOrder: Codable, Sendable, Equatable {
  /// Which of the run's weights its trials begin with.
  package enum Origin: String, Codable, Sendable {
    /// Those that it has when the search begins.
    case now
    /// Those that it began with.
    case start
  }

  /// What is tried, each as `thaw search --over` takes it; none: what is usual.
  package var wishes: [String]
  package var budget: SearchBudget
  package var origin: Origin

  package init(wishes: [String], budget: SearchBudget, origin: Origin) {
    self.wishes = wishes
    self.budget = budget
    self.origin = origin
  }

  /// Why it cannot be, whatever the run; `nil` where it can. Nobody waits for a search beside a run: it has
  /// to have an end of its own.
  package var objection: OutOfRange? {
    guard budget.trials != nil || budget.minutes != nil else {
      return OutOfRange(expected: "a number of trials, or of minutes", found: "neither")
    }
    return budget.objection
  }
}

/// Where the trials of a search beside a run begin.
package struct SearchBeginning: Codable, Sendable, Equatable {
  package var origin: SearchOrder.Origin
  /// Steps that the run had done with those weights.
  package var step: Int

  package init(origin: SearchOrder.Origin, step: Int) {
    self.origin = origin
    self.step = step
  }
}
