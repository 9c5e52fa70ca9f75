/// What must not be lost between two snapshots.
package enum EngineEvent: Sendable, Codable, Equatable {
  case epochEnded(EpochSummary)
  case checkpointWritten(path: String, step: Int)
  case notice(EngineNotice)
  /// A request that could not be carried out, and why.
  case rejected(RequestID, Objection)
  /// The run is over but for a checkpoint that could not be written; the error's words. It is tried again.
  case unsaved(String)
  case failed(RunFailure)
  case finished(RunEnding)
}

/// Events are numbered from 1 on, in the order in which they happened.
package struct NumberedEvent: Sendable, Codable, Equatable {
  package var number: UInt64
  package var event: EngineEvent

  package init(number: UInt64, event: EngineEvent) {
    self.number = number
    self.event = event
  }
}

/// How training came to its end.
package enum RunEnding: Sendable, Codable, Equatable {
  case completed(epochs: Int)
  /// Somebody stopped it after this step.
  case stopped(step: Int)
  /// The same, and what followed the checkpoint of `backTo` was dropped; 0: all of it.
  case dropped(step: Int, backTo: Int)
}

/// Why training cannot go on, and what is left of it.
package struct RunFailure: Error, Sendable, Codable, Equatable {
  /// The error's own words: file, expected, found.
  package var error: String
  package var rest: Rest

  package enum Rest: Sendable, Codable, Equatable {
    /// Training had not begun.
    case nothing
    /// The run has no folder.
    case keptNowhere
    case noCheckpointYet
    case checkpoint(path: String)
  }

  package init(error: String, rest: Rest = .nothing) {
    self.error = error
    self.rest = rest
  }
}
