/// Which of a trained head's classes each class of the data is.
package struct ClassAssignment: Equatable, Sendable {
  /// Of each class of the data, its number in the head.
  package let numbers: [Int]
  /// Of all classes of the head.
  package let names: [String]

  /// By name where names are known, else by number. `nil` where each class of the data simply is the
  /// head's of the same place.
  ///
  /// - Parameters:
  ///   - classes: names of the data's.
  ///   - known: names of the head's, where they are known.
  ///   - capacity: how many the head has.
  /// - Throws: `ConfigurationError` for a class that the head does not have.
  init?(_ classes: [String], known: [String]?, capacity: Int) throws {
    guard classes.count <= capacity else {
      throw ConfigurationError(
        option: "head",
        expected: "at most \(capacity) classes, which the trained head has, or --head N",
        found: "\(classes.count)")
    }
    let known = known?.count == capacity ? known : nil
    // As many as there are, and nothing known of them: each in its place.
    if known == nil, classes.count == capacity { return nil }
    let names = known ?? (0..<capacity).map(String.init)
    let places = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
    let numbers = classes.map { places[$0] }
    guard let missing = zip(classes, numbers).first(where: { $1 == nil })?.0 else {
      self.numbers = numbers.compactMap(\.self)
      self.names = names
      return
    }
    guard classes.count < capacity else { return nil }
    let range = known == nil ? "from 0 to \(capacity - 1)" : "such as '\(names[0])'"
    throw ConfigurationError(
      option: "head",
      expected: "classes that the trained head has, \(range); --head N makes a new one",
      found: missing)
  }
}
