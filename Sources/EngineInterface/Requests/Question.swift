/// What is too large or too slow for a snapshot, and so is asked for. Answers come when they are ready;
/// training does not wait for them.
package enum Question: Sendable, Codable, Equatable {
  /// All runs in the folder that the engine's own is kept in.
  case runs
  /// One of them, by its path, in full.
  case run(path: String)
  /// The data that are trained on.
  case data
  /// What the last validation has shown.
  case validation
  /// Some of the images of a kind, from the place `first` on.
  case images(ImageSelection, first: Int, count: Int)
  /// What images look like.
  case pictures([PictureWish])
}

/// What came of a question.
package enum Answer: Sendable, Codable, Equatable {
  /// The one with the latest activity first.
  case runs([RunSummary])
  case run(RunDetails)
  case data(DataSummary)
  /// `nil`: there was none yet.
  case validation(ValidationDetails?)
  case images(ImageList)
  /// In the order of the wishes.
  case pictures([Thumbnail])
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
