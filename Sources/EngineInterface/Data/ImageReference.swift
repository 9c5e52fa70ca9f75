/// Which of a run's images are meant.
package enum DataPart: String, Sendable, Codable, CaseIterable {
  case train, validation
}

/// An image of a run's data. Its place is where it was last seen, its name what it is: data that have
/// grown since have it elsewhere.
package struct ImageReference: Sendable, Codable, Hashable {
  package var part: DataPart
  /// Its place among the images of its part, from 0.
  package var index: Int
  /// As the data call it: a path below their folder, or a number.
  package var name: String

  package init(part: DataPart, index: Int, name: String) {
    self.part = part
    self.index = index
    self.name = name
  }
}

extension ImageReference: Comparable {
  /// In the order of the data.
  package static func < (a: ImageReference, b: ImageReference) -> Bool {
    if a.part != b.part { return a.part == .train }
    return (a.index, a.name) < (b.index, b.name)
  }
}
