/// What was said of the images of each class.
package struct ConfusionMatrix: Sendable, Codable, Equatable {
  package let classes: [String]
  /// Row after row, a row a class; the last column counts answers that are none of the classes.
  package private(set) var counts: [Int]

  package init(classes: [String]) {
    self.classes = classes
    counts = Array(repeating: 0, count: classes.count * (classes.count + 1))
  }

  private var columns: Int { classes.count + 1 }

  /// - Parameter answer: `nil` where it is none of the classes.
  package mutating func note(label: Int, answer: Int?) {
    let column = answer.flatMap { classes.indices.contains($0) ? $0 : nil } ?? classes.count
    counts[label * columns + column] += 1
  }

  /// How many images of a class were taken for another, or for itself; `nil`: for none.
  package subscript(label: Int, answer: Int?) -> Int {
    counts[label * columns + (answer ?? classes.count)]
  }

  /// Images of a class.
  package func images(_ label: Int) -> Int {
    counts[label * columns..<(label + 1) * columns].reduce(0, +)
  }

  package var images: Int { counts.reduce(0, +) }
  package var correct: Int { classes.indices.reduce(0) { $0 + self[$1, $1] } }

  /// The share of a class's images that were told right; `nil` where there are none.
  package func recall(_ label: Int) -> Double? {
    let count = images(label)
    return count == 0 ? nil : Double(self[label, label]) / Double(count)
  }

  /// The share of the images said to be of a class that are; `nil` where none was.
  package func precision(_ label: Int) -> Double? {
    let said = classes.indices.reduce(0) { $0 + self[$1, label] }
    return said == 0 ? nil : Double(self[label, label]) / Double(said)
  }

  package var accuracy: Double? { images == 0 ? nil : Double(correct) / Double(images) }

  /// The mean recall of the classes that have images: rare ones count as much as others.
  package var balancedAccuracy: Double? {
    let recalls = classes.indices.compactMap(recall)
    return recalls.isEmpty ? nil : recalls.reduce(0, +) / Double(recalls.count)
  }

  /// In which the accuracy of all such images lies with 95 % (Wilson, JASA 22, 1927).
  package var accuracyInterval: ClosedRange<Double>? {
    guard let share = accuracy else { return nil }
    let count = Double(images)
    let z = 1.959_963_984_540_054
    let square = z * z / count
    let centre = (share + square / 2) / (1 + square)
    let spread =
      z / (1 + square) * (share * (1 - share) / count + square / (4 * count)).squareRoot()
    // At the ends it is exactly that, but for rounding.
    return (share == 0 ? 0 : centre - spread)...(share == 1 ? 1 : centre + spread)
  }
}
