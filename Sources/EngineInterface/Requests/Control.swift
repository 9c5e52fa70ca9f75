/// What changes what the engine does next, and not what is learned: nothing of it is journaled.
package enum Control: Sendable, Codable, Equatable {
  case pause
  case resume
  case singleStep
  case checkpoint
  case stop(checkpoint: Bool)
  /// After a loss that is no number: on from the last checkpoint, or from the beginning, at a tenth of
  /// the rate.
  case goBack
}
