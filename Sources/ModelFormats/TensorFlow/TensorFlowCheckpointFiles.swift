import Files

/// Where the variables of a graph are.
struct TensorFlowCheckpointFiles {
  /// The path of a checkpoint without its endings.
  let prefix: String

  static func variables(ofSavedModel folder: String) -> TensorFlowCheckpointFiles {
    TensorFlowCheckpointFiles(prefix: joinPath(folder, "variables/variables"))
  }

  /// - Throws: `UnexpectedContent` where there is none.
  static func beside(metaGraph path: String) throws -> TensorFlowCheckpointFiles? {
    let base = path.hasSuffix(".meta") ? String(path.dropLast(5)) : path
    let candidates = [base, "\(base).ckpt"]
    func exists(_ path: String) -> Bool { (try? InputFile(path: path)) != nil }
    guard
      let found = candidates.first(where: { candidate in
        candidate != path
          && (exists("\(candidate).index") || exists(candidate)
            || exists("\(candidate)-00000-of-00001"))
      })
    else { return nil }
    return TensorFlowCheckpointFiles(prefix: found)
  }

  func archive() throws -> any TensorArchive {
    throw UnexpectedContent(expected: "a checkpoint", found: prefix)
  }
}
