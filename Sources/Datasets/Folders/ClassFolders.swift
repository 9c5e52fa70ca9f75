import Files
import Images

/// Folders of pictures, one a class: which files there are, and of which class each one is.
///
/// Deeper folders belong to their class. Whether a file is a picture, nobody has looked yet.
struct ClassFolders {
  let path: String
  /// Names of the class folders that have files, in the order of their code points.
  private(set) var classes: [String] = []
  private(set) var paths = PathTable()
  /// Of each file, its class.
  private(set) var labels: [Int32] = []
  private(set) var findings: [DatasetFinding] = []

  /// Folders below each other that are walked into.
  private static let maximumDepth = 64

  /// - Parameter progress: told how many files there are so far.
  /// - Throws: `FileError`, `FormatError`.
  init(path: String, progress: (Int) -> Void) throws {
    self.path = path
    let content = try FolderContent(of: path, progress: progress)
    note(content, of: path)
    var beside = Count()
    content.files.forEachInOrder { name in
      let name = String(decoding: name, as: UTF8.self)
      if Self.isPicture(joinPath(path, name)) { beside.add(name) }
    }
    if let first = beside.first, !content.folders.isEmpty {
      findings.append(.beside(folder: path, count: beside.count, first: first))
    }
    guard !content.folders.isEmpty else {
      throw FormatError(
        path: path, expected: "a folder for each class, with its pictures",
        found: beside.count > 0
          ? "\(beside.count) pictures and no folder"
          : content.files.count > 0 ? "no folder and no picture" : "an empty folder")
    }
    var empty: [String] = []
    var repeated = Count()
    for name in content.folders {
      let before = paths.count
      // A link is followed once within a class.
      var visited: Set<FolderContent.Identity> = []
      try list(name, depth: 0, label: Int32(classes.count), &visited, &repeated, progress)
      if paths.count > before { classes.append(name) } else { empty.append(name) }
    }
    if !empty.isEmpty { findings.append(.emptyClasses(empty)) }
    if let first = repeated.first {
      findings.append(.repeatedLinks(count: repeated.count, first: first))
    }
  }

  private mutating func list(
    _ folder: String, depth: Int, label: Int32, _ visited: inout Set<FolderContent.Identity>,
    _ repeated: inout Count, _ progress: (Int) -> Void
  ) throws {
    let full = joinPath(path, folder)
    guard let identity = FolderContent.identity(of: full), visited.insert(identity).inserted,
      depth < Self.maximumDepth
    else {
      repeated.add(folder)
      return
    }
    let before = paths.count
    let content = try FolderContent(of: full) { progress(before + $0) }
    note(content, of: folder)
    paths.begin(folder: folder)
    try content.files.forEachInOrder { name in
      guard paths.add(name: name) else {
        throw FormatError(path: path, expected: "names of at most 4 GB", found: "more")
      }
      labels.append(label)
    }
    progress(paths.count)
    for name in content.folders {
      try list("\(folder)/\(name)", depth: depth + 1, label: label, &visited, &repeated, progress)
    }
  }

  private mutating func note(_ content: FolderContent, of folder: String) {
    if content.unsayable > 0 {
      findings.append(.unsayableNames(count: content.unsayable, folder: folder))
    }
    if let first = content.brokenLinks.first {
      findings.append(
        .unreadable(
          count: content.brokenLinks.count,
          first: "\(printable(joinPath(folder, first))): a link that leads nowhere"))
    }
  }

  /// What stands beside class folders is looked at: there are few such files.
  static func isPicture(_ path: String) -> Bool {
    guard let file = try? InputFile(path: path),
      let start = try? file.bytes(at: 0, count: min(file.size, PictureKind.signatureBytes))
    else { return false }
    return PictureKind(of: start) != nil
  }
}

/// How many of something there are, and the first of them.
struct Count {
  private(set) var count = 0
  private(set) var first: String?

  mutating func add(_ name: @autoclosure () -> String, _ more: Int = 1) {
    if count == 0 { first = name() }
    count += more
  }
}
