import Files

/// Finds the files of an IDX data set: `*train*-images-idx3-ubyte[.gz]` with its labels, and
/// `*test*` or `*t10k*` to validate on. MNIST's older names with `.idx3` are understood.
struct IDXFolder {
  enum Role { case train, test, other }

  /// A file of images and the file of their labels.
  struct Pair: Equatable {
    var images: String
    var labels: String
  }

  private static let rule =
    "*train*-images-idx3-ubyte[.gz] with its labels, and *test* or *t10k* to validate on"

  private let path: String
  private let names: Set<String>

  init(path: String) throws {
    self.path = path
    names = Set(try Folder.names(in: path))
  }

  /// The pair of a role; `nil` where there is none.
  /// - Throws: `FormatError` where there are several, or no labels to the images.
  func pair(_ role: Role) throws -> Pair? {
    let stems = Set(names.compactMap(Self.stem).filter { Self.role(of: $0) == role }).sorted()
    guard let stem = stems.first else { return nil }
    guard stems.count == 1 else {
      throw FormatError(
        path: path, expected: "one file of images for each purpose",
        found: stems.joined(separator: ", "))
    }
    return try pair(stem: stem)
  }

  func trainPair() throws -> Pair {
    guard let pair = try pair(.train) else {
      let found = names.sorted().prefix(5).joined(separator: ", ")
      throw FormatError(
        path: path, expected: Self.rule,
        found: names.isEmpty ? "an empty folder" : found + (names.count > 5 ? ", …" : ""))
    }
    return pair
  }

  /// What a folder that is named for validation means: its test files, or the only ones it has.
  func validationPair() throws -> Pair {
    if let test = try pair(.test) { return test }
    if let other = try pair(.other) { return other }
    return try trainPair()
  }

  /// A file of images that was named itself.
  static func pair(images path: String) throws -> Pair {
    let (folder, name) = splitPath(path)
    // One that is not there is not a file of another name.
    _ = try InputFile(path: path)
    guard let stem = stem(name) else {
      throw FormatError(
        path: path, expected: "a folder, or a file named *images-idx3-ubyte[.gz]",
        found: "a file of another name")
    }
    let pair = try IDXFolder(path: folder).pair(stem: stem)
    return Pair(images: path, labels: pair.labels)
  }

  private func pair(stem: String) throws -> Pair {
    let labels = Self.labels(of: stem)
    guard let labelsName = existing(labels) else {
      throw FormatError(
        path: path, expected: "\(labels)[.gz] beside \(stem)", found: "no such file")
    }
    return Pair(
      images: joinPath(path, existing(stem) ?? stem), labels: joinPath(path, labelsName))
  }

  /// The name itself or its gzipped form, whichever is there.
  private func existing(_ stem: String) -> String? {
    [stem, stem + ".gz"].first(where: names.contains)
  }

  /// The name without `.gz`, where it is one of an images file.
  private static func stem(_ name: String) -> String? {
    let stem = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
    return stem.hasSuffix("images-idx3-ubyte") || stem.hasSuffix("images.idx3-ubyte") ? stem : nil
  }

  private static func labels(of stem: String) -> String {
    let separator = stem.hasSuffix(".idx3-ubyte") ? "." : "-"
    return stem.dropLast("images-idx3-ubyte".count) + "labels\(separator)idx1-ubyte"
  }

  private static func role(of stem: String) -> Role {
    let name = stem.lowercased()
    if name.contains("train") { return .train }
    return name.contains("test") || name.contains("t10k") ? .test : .other
  }
}
