/// A file of tensors, which does not say what network they are of.
package struct TensorFile {
  package let path: String
  package let archive: any TensorArchive
  /// In a person's words, with what holds the tensors: `PyTorch, 'state_dict'`.
  package let format: String
  /// What else the file holds.
  package var skipped: [String] = []
  /// What its writer put beside the tensors.
  package var metadata: [String: String] = [:]
}

extension ModelFile {
  /// The tensors of a file or folder of tensors; `nil` for what describes a network.
  /// - Throws: `FileError`, `FormatError`.
  package static func tensors(_ path: String) throws -> TensorFile? {
    let path = try file(of: path)
    return try FormatRegistry.recognize(path: path).entry?.tensors?(path)
  }
}
