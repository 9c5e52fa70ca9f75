/// Which of a run's checkpoints to go on from, or to ask.
package enum CheckpointChoice: Sendable, Equatable {
  case last
  case best
  /// 0: the run's beginning.
  case step(Int)

  /// `last`, `best`, or a step; `nil` for any other text.
  package init?(_ text: String) {
    switch text {
    case "last": self = .last
    case "best": self = .best
    default:
      guard let step = Int(text), JournalEntry.isPlausible(step: step) else { return nil }
      self = .step(step)
    }
  }
}
