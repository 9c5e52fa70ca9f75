extension [String] {
  /// The one that takes the fewest changes of single characters to become `name`, for a person who has
  /// mistyped it; `nil` where there is none at all.
  func nearest(to name: String) -> String? {
    // Names in files may be of any length.
    let wanted = [Character](name.lowercased().prefix(64))
    return map {
      (name: $0, distance: Self.distance(wanted, [Character]($0.lowercased().prefix(64))))
    }
    .min { $0.distance < $1.distance }?.name
  }

  /// Levenshtein's.
  private static func distance(_ a: [Character], _ b: [Character]) -> Int {
    var row = [Int](0...b.count)
    for (i, x) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let next = Swift.min(row[j], row[j + 1], x == y ? diagonal - 1 : diagonal) + 1
        diagonal = row[j + 1]
        row[j + 1] = next
      }
    }
    return row[b.count]
  }
}
