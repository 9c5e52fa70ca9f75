import Files

/// Which folders of a data set are for what: `train`, `val` and `test` in the spellings that people
/// use, or class folders themselves.
struct SplitFolders {
  /// Where the class folders of the training data lie.
  let train: String
  let validation: String?
  /// Never trained on nor chosen by.
  let tests: [String]
  /// Folders beside them that are for nothing.
  let others: [String]
  /// Pictures beside `train`, which are for nothing.
  let beside: Count

  private enum Role { case train, validation, test }

  private static let names: [String: Role] = [
    "train": .train, "training": .train,
    "val": .validation, "valid": .validation, "validation": .validation, "eval": .validation,
    "evaluation": .validation,
    "test": .test, "testing": .test,
  ]

  /// - Throws: `FileError`; `FormatError` where two folders are for the same.
  init(path: String) throws {
    let content = try FolderContent(of: path) { _ in }
    func folders(_ role: Role) -> [String] {
      content.folders.filter { Self.names[$0.lowercased()] == role }
    }
    func only(_ role: Role) throws -> String? {
      let found = folders(role)
      guard found.count < 2 else {
        throw FormatError(
          path: path, expected: "one folder for each purpose",
          found: found.joined(separator: " and "))
      }
      return found.first
    }
    // A class may be called so, too: among the vehicles there are trains.
    let train = folders(.train)
    let isSplit = try train.contains {
      try !FolderContent(of: joinPath(path, $0)) { _ in }.folders.isEmpty
    }
    guard isSplit, let name = try only(.train) else {
      if !content.folders.isEmpty,
        content.folders.allSatisfy({ Self.names[$0.lowercased()] != nil })
      {
        throw FormatError(
          path: path, expected: "a folder 'train' with a folder for each class",
          found: content.folders.map { "'\($0)'" }.joined(separator: ", "))
      }
      (self.train, validation, tests, others, beside) = (path, nil, [], [], Count())
      return
    }
    self.train = joinPath(path, name)
    validation = try only(.validation).map { joinPath(path, $0) }
    tests = folders(.test).map { joinPath(path, $0) }
    others = content.folders.filter { Self.names[$0.lowercased()] == nil }
    var loose = Count()
    content.files.forEachInOrder { bytes in
      let name = String(decoding: bytes, as: UTF8.self)
      if ClassFolders.isPicture(joinPath(path, name)) { loose.add(name) }
    }
    beside = loose
  }
}
