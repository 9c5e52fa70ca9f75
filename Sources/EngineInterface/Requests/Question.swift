/// What is too large or too slow for a snapshot, and so is asked for. Answers come when they are ready;
/// training does not wait for them.
package enum Question: Sendable, Codable, Equatable {
  /// All runs in the folder that the engine's own is kept in.
  case runs
  /// One of them, by its path, in full.
  case run(path: String)
}

/// What came of a question.
package enum Answer: Sendable, Codable, Equatable {
  /// The one with the latest activity first.
  case runs([RunSummary])
  case run(RunDetails)
  /// It could not be answered, and the error's words.
  case failed(String)
}

/// An answer on its way to whoever asked.
package struct Reply: Sendable, Codable, Equatable {
  package var id: RequestID
  package var answer: Answer

  package init(id: RequestID, answer: Answer) {
    self.id = id
    self.answer = answer
  }
}
