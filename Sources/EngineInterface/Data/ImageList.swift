/// Which images are asked for.
package enum ImageSelection: Sendable, Codable, Hashable {
  /// Those of a class, by its number: as the data or a person have it.
  case ofClass(Int, part: DataPart)
  /// Those of a class that the last validation took for another, or for itself; `nil`: for none.
  case cell(label: Int, answer: Int?)
  /// Those with the largest losses, the largest first: of the last validation, or in the last step that
  /// trained on each. The first `worstCount` of them.
  case worst(DataPart)

  package static let worstCount = 50
}

/// What the network said of an image.
package struct ImageOutcome: Sendable, Codable, Equatable {
  package var loss: Float
  /// The output that was largest, `nil` where it was none; one beyond the classes stands for none of them.
  package var answer: Int?
  /// How probable the answer was said to be, 0…1.
  package var probability: Float

  package init(loss: Float, answer: Int?, probability: Float) {
    self.loss = loss
    self.answer = answer
    self.probability = probability
  }
}

/// An image in a list.
package struct ImageEntry: Sendable, Codable, Equatable {
  package var image: ImageReference
  /// The number of its class, as the data have it.
  package var label: Int
  /// What the network said of it last; `nil` where it was not asked yet.
  package var outcome: ImageOutcome?

  package init(image: ImageReference, label: Int, outcome: ImageOutcome?) {
    self.image = image
    self.label = label
    self.outcome = outcome
  }
}

/// Some of the images that were asked for.
package struct ImageList: Sendable, Codable, Equatable {
  package var selection: ImageSelection
  /// Of them all.
  package var count: Int
  /// The place of the first entry among them.
  package var first: Int
  package var entries: [ImageEntry]

  package init(selection: ImageSelection, count: Int, first: Int, entries: [ImageEntry]) {
    self.selection = selection
    self.count = count
    self.first = first
    self.entries = entries
  }

  /// Entries in one answer.
  package static let limit = 1000
}
