import Files

/// Where the variables of a graph are.
struct TensorFlowCheckpointFiles {
  /// The path of a checkpoint without its endings.
  let prefix: String

  static func variables(ofSavedModel folder: String) -> TensorFlowCheckpointFiles {
    TensorFlowCheckpointFiles(prefix: joinPath(folder, "variables/variables"))
  }

  /// The checkpoint of `model.ckpt.meta`, or of `model.meta`; `nil` where there is none.
  static func beside(metaGraph path: String) -> TensorFlowCheckpointFiles? {
    let base = path.hasSuffix(".meta") ? String(path.dropLast(5)) : path
    return [base, "\(base).ckpt"].filter { $0 != path }.map(TensorFlowCheckpointFiles.init)
      .first { InputFile.exists("\($0.prefix).index") || !$0.parts.isEmpty }
  }

  /// The newest one of a folder, by the file `checkpoint` in it.
  static func newest(in folder: String) throws -> TensorFlowCheckpointFiles {
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

  static let stateName = "checkpoint"

  /// The graph of a checkpoint, `.index` or a file of version 1; `nil` where there is none.
  static func metaGraph(beside path: String) -> String? {
    let base = path.hasSuffix(".index") ? String(path.dropLast(6)) : path
    let short = base.hasSuffix(".ckpt") ? String(base.dropLast(5)) : base
    return ["\(base).meta", "\(short).meta"].first(where: InputFile.exists)
  }

  /// The files of a checkpoint of version 1: one, or several that are numbered.
  private var parts: [String] {
    if InputFile.exists(prefix) { return [prefix] }
    let (folder, name) = splitPath(prefix)
    let names = (try? Folder.names(in: folder.isEmpty ? "." : folder)) ?? []
    return names.filter { $0.hasPrefix("\(name)-") && $0.contains("-of-") }
      .map { joinPath(folder, $0) }
  }

  /// - Throws: `FileError`, `FormatError`, `UnexpectedContent`.
  func archive() throws -> any TensorArchive {
    let index = "\(prefix).index"
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
}
