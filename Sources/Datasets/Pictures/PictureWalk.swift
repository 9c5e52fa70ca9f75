import Files

/// The files that a person names by files and folders, to be asked about one by one.
package enum PictureWalk {
  private static let maximumDepth = 64

  /// What there is at a path: the file itself; of a folder all files in it and below that are pictures by
  /// content or by name, in the order of their names. Hidden files and what systems leave behind are left
  /// out, and links followed once.
  /// - Throws: `FileError`; `FormatError` for a folder without pictures.
  package static func files(at path: String) throws -> [String] {
    guard Folder.exists(path) else { return [path] }
    var files: [String] = []
    var visited: Set<FolderContent.Identity> = []
    try list(path, depth: 0, &visited, &files)
    guard !files.isEmpty else {
      throw FormatError(path: path, expected: "pictures", found: "a folder without any")
    }
    return files
  }

  private static func list(
    _ folder: String, depth: Int, _ visited: inout Set<FolderContent.Identity>,
    _ files: inout [String]
  ) throws {
    guard let identity = FolderContent.identity(of: folder), visited.insert(identity).inserted
    else { return }
    guard depth < maximumDepth else {
      throw FormatError(
        path: folder, expected: "at most \(maximumDepth) folders below each other", found: "more")
    }
    let content = try FolderContent(of: folder) { _ in }
    content.files.forEachInOrder { name in
      let file = joinPath(folder, String(decoding: name, as: UTF8.self))
      if isCalledPicture(file) || ClassFolders.isPicture(file) { files.append(file) }
    }
    for name in content.folders {
      try list(joinPath(folder, name), depth: depth + 1, &visited, &files)
    }
  }

  /// A broken one is to be named, not passed over.
  private static func isCalledPicture(_ path: String) -> Bool {
    let suffix = path.lowercased().split(separator: ".").last.map(String.init) ?? ""
    return ["jpg", "jpeg", "jpe", "jfif", "png", "webp"].contains(suffix)
  }
}
