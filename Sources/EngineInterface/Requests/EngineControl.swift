/// The engine, as everything above it sees it. Callable from any thread; never blocks. All that goes
/// through here is `Codable`: a screen may be in another process.
package protocol EngineControl: Sendable {
  /// Queues a request; it takes effect at the next step boundary.
  func send(_ request: Request, id: RequestID)
  var snapshot: EngineSnapshot { get }
  /// The snapshot, and what its history has that a reader does not, who stands at `mark`.
  func update(after mark: HistoryMark) -> EngineUpdate
  /// The events after number `number`, oldest first; 0 for the beginning. The last ten thousand are kept.
  func events(after number: UInt64) -> [NumberedEvent]
  /// Answers to questions of `sender` that have come since the last call.
  func takeReplies(to sender: UInt64) -> [Reply]
  /// The search that it makes; `nil`: none.
  var search: SearchSnapshot? { get }
  /// The experiment for which the run waits; `nil`: none.
  var experiment: ExperimentSnapshot? { get }
}

extension EngineControl {
  package var search: SearchSnapshot? { nil }
  package var experiment: ExperimentSnapshot? { nil }
}
