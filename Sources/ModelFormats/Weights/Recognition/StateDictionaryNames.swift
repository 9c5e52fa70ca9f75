/// The names of a file's tensors as a network would have them: without what wrappers put in front of them,
/// and as they are called today.
struct StateDictionaryNames {
  let naming: TensorNaming
  /// What a network calls a tensor → what the file does.
  private(set) var file: [String: String]
  /// What was taken off most names, such as `module.`.
  private(set) var prefix = ""
  /// How names differ from the file's, in a person's words.
  private(set) var renamed: [String] = []

  /// Wrappers in one another.
  private static let maximumLevels = 5

  /// All readings that make sense, plain ones first. Names are what counts, and not which wrappers are
  /// known: people call theirs as they like.
  static func readings(of names: [String], _ naming: TensorNaming = .stateDictionary)
    -> [StateDictionaryNames]
  {
    var pairs = names.map { (name: $0, file: $0) }
    var readings = [StateDictionaryNames(naming, pairs, prefix: "", stripped: 0)]
    var prefix = ""
    for _ in 0..<maximumLevels {
      guard let first = commonest(pairs.map(\.name), naming.separator) else { break }
      let stripped = pairs.map { pair in
        (
          pair.name.hasPrefix(first) ? String(pair.name.dropFirst(first.count)) : pair.name,
          pair.file
        )
      }
      guard Set(stripped.map(\.0)).count == pairs.count else { break }
      prefix += first
      pairs = stripped.map { (name: $0.0, file: $0.1) }
      readings.append(
        StateDictionaryNames(
          naming, pairs, prefix: prefix, stripped: pairs.count { $0.file.hasPrefix(prefix) }))
    }
    return readings
  }

  /// The first part that half of the names have in common.
  private static func commonest(_ names: [String], _ separator: Character) -> String? {
    var counts: [Substring: Int] = [:]
    for name in names {
      guard let end = name.firstIndex(of: separator) else { continue }
      counts[name[...end], default: 0] += 1
    }
    guard let (part, count) = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }),
      2 * count > names.count
    else { return nil }
    return String(part)
  }

  private init(
    _ naming: TensorNaming, _ pairs: [(name: String, file: String)], prefix: String, stripped: Int
  ) {
    self.naming = naming
    self.prefix = prefix
    if !prefix.isEmpty { renamed.append("\(stripped) tensors, without '\(prefix)'") }
    var older: [(from: String, to: String)] = []
    file = Dictionary(
      pairs.map { pair in
        guard let name = Self.current(pair.name) else { return (pair.name, pair.file) }
        older.append((pair.name, name))
        return (name, pair.file)
      }, uniquingKeysWith: { first, _ in first })
    if let first = older.first {
      renamed.append(
        "\(older.count) tensors of an older release, such as '\(first.from)' to '\(first.to)'")
    }
    if naming == .slim { takeAverages() }
  }

  /// A checkpoint for use alone may have lost all but the means over time: they are the better weights.
  private mutating func takeAverages() {
    var count = 0
    for (name, stored) in file where name.hasSuffix(SlimVariables.average) {
      let plain = String(name.dropLast(SlimVariables.average.count))
      guard file[plain] == nil else { continue }
      file[plain] = stored
      file[name] = nil
      count += 1
    }
    if count > 0 {
      renamed.append(
        "\(count) tensors, of which the file has the means over time "
          + "(\(SlimVariables.average.dropFirst())) and not the last values")
    }
  }

  /// What a tensor of an older release is called today: until torchvision 0.2.1 a dense layer's
  /// normalisation was `norm.1`, and is `norm1`.
  private static func current(_ name: String) -> String? {
    guard name.contains("denselayer") else { return nil }
    var parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    for index in parts.indices.dropFirst().dropLast() where parts[index - 1].hasPrefix("denselayer")
    {
      guard index + 1 < parts.count, ["norm", "relu", "conv"].contains(parts[index]),
        ["1", "2"].contains(parts[index + 1])
      else { continue }
      parts[index] += parts.remove(at: index + 1)
      return parts.joined(separator: ".")
    }
    return nil
  }

  /// Says that the tensors of a layer are those of another.
  mutating func rename(_ layer: String, to other: String) {
    for ending in [".weight", ".bias"] {
      guard let name = file.removeValue(forKey: layer + ending) else { continue }
      file[other + ending] = name
    }
    renamed.append("'\(layer)' to '\(other)'")
  }

  /// The layers that have tensors.
  var layers: Set<Substring> {
    Set(
      file.keys.lazy.filter { !naming.isOfTraining($0) }.compactMap(naming.layer(of:)))
  }
}
