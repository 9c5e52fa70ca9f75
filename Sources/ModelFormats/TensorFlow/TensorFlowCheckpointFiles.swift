import Files

/// Where the variables of a graph are.
struct TensorFlowCheckpointFiles {
  /// The path of a checkpoint without its endings.
  let prefix: String

  static let stateName = "checkpoint"

  static func variables(ofSavedModel folder: String) -> TensorFlowCheckpointFiles {
    TensorFlowCheckpointFiles(prefix: joinPath(folder, "variables/variables"))
  }

  /// The checkpoint that a path means: any of its files, or what their names have in common.
  static func of(path: String) -> TensorFlowCheckpointFiles {
    var prefix = Substring(path)
    if prefix.hasSuffix(".index") { prefix.removeLast(".index".count) }
    // A whole file of version 1 may be called as people like.
    guard !InputFile.exists("\(prefix).index"), let part = Part(prefix) else {
      return TensorFlowCheckpointFiles(prefix: String(prefix))
    }
    return TensorFlowCheckpointFiles(prefix: part.prefix)
  }

  /// The file that a path means which is none of its own, or none that says what it is: what the files of a
  /// checkpoint have in common, or one with values alone (`model.ckpt.data-00000-of-00001`).
  /// - Throws: for values whose index is not beside them.
  static func listing(for path: String) throws(FormatError) -> String? {
    if let part = Part(path[...]), part.isData {
      let index = "\(part.prefix).index"
      guard InputFile.exists(index) || !InputFile.exists(path) else {
        throw FormatError(
          path: path, expected: "the checkpoint's index '\(splitPath(index).name)' beside it",
          found: "none")
      }
      return index
    }
    guard !path.hasSuffix("/"), !Folder.exists(path), !InputFile.exists(path) else { return nil }
    let files = TensorFlowCheckpointFiles(prefix: path)
    return InputFile.exists(files.index) ? files.index : files.parts.first
  }

  /// The checkpoint of `model.ckpt.meta`, or of `model.meta`; `nil` where there is none.
  static func beside(metaGraph path: String) -> TensorFlowCheckpointFiles? {
    let base = path.hasSuffix(".meta") ? String(path.dropLast(5)) : path
    return [base, "\(base).ckpt"].filter { $0 != path }.map(TensorFlowCheckpointFiles.init)
      .first { InputFile.exists($0.index) || !$0.parts.isEmpty }
  }

  /// The graph of the checkpoint; `nil` where there is none.
  var metaGraph: String? {
    let short = prefix.hasSuffix(".ckpt") ? String(prefix.dropLast(5)) : prefix
    return ["\(prefix).meta", "\(short).meta"].first(where: InputFile.exists)
  }

  private var index: String { "\(prefix).index" }

  /// The files of a checkpoint of version 1: one, or several that are numbered.
  private var parts: [String] {
    if InputFile.exists(prefix) { return [prefix] }
    let (folder, name) = splitPath(prefix)
    let names = (try? Folder.names(in: folder.isEmpty ? "." : folder)) ?? []
    return names.filter { file in
      Part(file[...]).map { $0.prefix == name && !$0.isData } ?? false
    }.map { joinPath(folder, $0) }
  }

  /// The values of all variables.
  /// - Throws: `FileError`, `FormatError`, `UnexpectedContent`.
  func archive() throws -> any TensorArchive {
    guard InputFile.exists(index) else {
      let parts = parts
      guard !parts.isEmpty else {
        throw UnexpectedContent(
          expected: "a checkpoint '\(splitPath(prefix).name)' with the variables' values",
          found: "none")
      }
      return try SlicedCheckpoint(paths: parts)
    }
    return try naming(index) { try TensorBundle(prefix: prefix) }
  }

  /// The tensors of a checkpoint, by any of its files.
  /// - Throws: `FileError`, `FormatError`.
  static func tensors(path: String) throws -> TensorFile {
    try naming(path) {
      TensorFile(
        path: path, archive: try of(path: path).archive(), format: "TensorFlow checkpoint")
    }
  }

  /// What stands behind a checkpoint's name where its values are in numbered files:
  /// `.data-00000-of-00001`, or in version 1 `-00000-of-00001`.
  private struct Part {
    let prefix: String
    let isData: Bool

    init?(_ path: Substring) {
      let parts = path.split(separator: "-", omittingEmptySubsequences: false)
      guard parts.count > 3, parts[parts.count - 2] == "of",
        [parts[parts.count - 3], parts[parts.count - 1]].allSatisfy({ part in
          part.utf8.count >= 5 && part.utf8.allSatisfy { (48...57).contains($0) }
        })
      else { return nil }
      let base = parts.dropLast(3).joined(separator: "-")
      isData = base.hasSuffix(".data")
      prefix = isData ? String(base.dropLast(".data".count)) : base
    }
  }
}

/// Folders with checkpoints in them.
extension TensorFlowCheckpointFiles {
  /// The one of a folder: the newest, by the file `checkpoint` in it, or the only one.
  static func newest(in folder: String) throws -> TensorFlowCheckpointFiles {
    guard InputFile.exists(joinPath(folder, stateName)) else { return try only(in: folder) }
    let path = joinPath(folder, stateName)
    let text = String(
      decoding: try InputFile.contents(of: path, limit: 1 << 20), as: UTF8.self)
    let key = "model_checkpoint_path:"
    let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix(key) }
    let parts = line?.split(separator: "\"", omittingEmptySubsequences: false) ?? []
    guard parts.count >= 3, !parts[1].isEmpty else {
      throw FormatError(path: path, expected: "\(key) and a path", found: "none")
    }
    // Where it was written to may be another machine.
    return TensorFlowCheckpointFiles(
      prefix: joinPath(folder, splitPath(String(parts[1])).name))
  }

  private static func only(in folder: String) throws -> TensorFlowCheckpointFiles {
    let names = try Folder.names(in: folder)
    let prefixes = Set(
      names.filter { $0.hasSuffix(".index") }.map { String($0.dropLast(".index".count)) }
        + names.filter { isTable(joinPath(folder, $0)) }.compactMap { name in
          name.hasSuffix(".index") ? nil : Part(name[...])?.prefix ?? name
        }
    ).sorted()
    guard prefixes.count == 1 else {
      throw FormatError(
        path: folder, expected: "one checkpoint, or a file '\(stateName)' that says which",
        found: prefixes.isEmpty
          ? "none"
          : prefixes.prefix(4).map { "'\($0)'" }.joined(separator: ", ")
            + (prefixes.count > 4 ? " and \(prefixes.count - 4) more" : ""))
    }
    return TensorFlowCheckpointFiles(prefix: joinPath(folder, prefixes[0]))
  }

  /// Whether a file is a table of LevelDB's.
  static func isTable(_ path: String) -> Bool {
    (try? FormatProbe(path: path)).flatMap { try? LevelDBTable.isOne($0) } ?? false
  }
}
