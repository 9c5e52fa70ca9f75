import Files

/// Finds the files of an IDX data set: `*train*-images-idx3-ubyte[.gz]` with its labels, and
/// `*test*` or `*t10k*` to validate on. MNIST's older names with `.idx3` are understood, `idx4` says
/// that the images have channels, and files of other names are what their first bytes say.
struct IDXFolder {
  enum Role { case train, test, other }
  private enum Content { case images, labels }

  /// A file of images and the file of their labels.
  struct Pair: Equatable {
    var images: String
    var labels: String
  }

  private static let rule =
    "*train*-images-idx3-ubyte[.gz] with its labels, and *test* or *t10k* to validate on"

  private let path: String
  private let names: Set<String>
  /// What the files hold, by their names without `.gz`.
  private let contents: [String: Content]

  init(path: String) throws {
    self.path = path
    names = Set(try Folder.names(in: path))
    var contents: [String: Content] = [:]
    for name in names {
      guard let content = Self.content(of: name, in: path) else { continue }
      contents[Self.stem(name)] = content
    }
    self.contents = contents
  }

  /// The pair of a role; `nil` where there is none.
  /// - Throws: `FormatError` where there are several, or no labels to the images.
  func pair(_ role: Role) throws -> Pair? {
    let stems = stems(of: .images, role)
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
    let content = content(of: name, in: folder)
    guard content == .images else {
      throw FormatError(
        path: path, expected: "a folder, or a file of IDX images (0 0 8 3 or 0 0 8 4)",
        found: content == nil ? "a file of another kind" : "labels")
    }
    let pair = try IDXFolder(path: folder).pair(stem: stem(name))
    return Pair(images: path, labels: pair.labels)
  }

  private func pair(stem: String) throws -> Pair {
    let labels = Self.labels(of: stem)
    guard let labelsName = labels.flatMap(existing) ?? labelsAlike(stem) else {
      throw FormatError(
        path: path,
        expected: (labels.map { "\($0)[.gz]" } ?? "one file of labels")
          + " beside \(stem)", found: "no such file")
    }
    return Pair(
      images: joinPath(path, existing(stem) ?? stem), labels: joinPath(path, labelsName))
  }

  /// Labels of another name than is usual: those whose name differs in its word for the content alone,
  /// else the only ones where there is but one file of images of that role.
  private func labelsAlike(_ images: String) -> String? {
    let role = Self.role(of: images)
    let labels = stems(of: .labels, role)
    let alike = labels.filter { Self.subject(of: $0) == Self.subject(of: images) }
    if alike.count == 1 { return existing(alike[0]) }
    guard labels.count == 1, stems(of: .images, role).count == 1 else { return nil }
    return existing(labels[0])
  }

  private func stems(of content: Content, _ role: Role) -> [String] {
    contents.filter { $0.value == content && Self.role(of: $0.key) == role }.map(\.key).sorted()
  }

  /// The name itself or its gzipped form, whichever is there.
  private func existing(_ stem: String) -> String? {
    [stem, stem + ".gz"].first(where: names.contains)
  }

  /// The name without `.gz`.
  private static func stem(_ name: String) -> String {
    name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
  }

  /// What the name says, and where it says nothing, the file; `nil` for what is no part of a data set.
  private static func content(of name: String, in folder: String) -> Content? {
    if labels(of: stem(name)) != nil { return .images }
    switch IDXFile.rank(of: joinPath(folder, name)) {
    case 1: return .labels
    case 3, 4: return .images
    default: return nil
    }
  }

  /// The name of the labels, where that of the images is one of the usual: `*images-idx3-ubyte`,
  /// `*images.idx4-ubyte`.
  private static func labels(of stem: String) -> String? {
    for separator in ["-", "."] {
      for rank in 3...4 where stem.hasSuffix("images\(separator)idx\(rank)-ubyte") {
        return stem.dropLast("images-idx3-ubyte".count) + "labels\(separator)idx1-ubyte"
      }
    }
    return nil
  }

  /// A name without what tells images and labels apart.
  private static func subject(of stem: String) -> String {
    var subject = stem.lowercased()
    for word in ["idx1", "idx3", "idx4", "images", "image", "labels", "label"] {
      subject = subject.replacing(word, with: "")
    }
    return subject
  }

  private static func role(of stem: String) -> Role {
    let name = stem.lowercased()
    if name.contains("train") { return .train }
    return name.contains("test") || name.contains("t10k") ? .test : .other
  }
}
