import Files
import Network

/// The front door: opens a model file of any format that Thaw reads, recognised by its contents.
package enum ModelFile {
  /// - Throws: `FileError` where the file cannot be read; `FormatError`, in one line with expected
  ///   and found, where it is damaged, of a format that is not read, or of a model that cannot run;
  ///   `UnrecognizedWeights` for weights of a network that is not known.
  package static func open(_ path: String, _ options: OpeningOptions = OpeningOptions()) throws
    -> ImportedModel
  {
    let path = try file(of: path)
    let (content, entry) = try FormatRegistry.recognize(path: path)
    guard let reader = entry?.read else {
      throw FormatError(
        path: path, expected: FormatRegistry.readable, found: content.description)
    }
    var imported = try reader(path, options)
    try imported.chooseAnswer(options, path: path)
    if options.isStrict, let objection = imported.report.objection {
      throw FormatError(
        path: path, expected: "a file that agrees with its network in full (--strict)",
        found: objection)
    }
    return imported
  }

  /// Whether a path is that of a file, of a model's folder, or what the files of a checkpoint have in
  /// common.
  package static func exists(_ path: String) -> Bool {
    if Folder.exists(path) { return isModelFolder(path) }
    return InputFile.exists((try? file(of: path)) ?? path)
  }

  /// The file that tells what a path means: another than its own for parts of a TensorFlow checkpoint, and
  /// for the name that they have in common.
  static func file(of path: String) throws(FormatError) -> String {
    try TensorFlowCheckpointFiles.listing(for: path) ?? path
  }

  /// Whether a folder is a model of a format that is read, by the names in it.
  package static func isModelFolder(_ path: String) -> Bool {
    (try? FormatRegistry.recognize(path: path).entry?.read) != nil
  }
}
