import Files

/// A file of weights of a network that is not known: what is in it, and which known one comes nearest.
package struct UnrecognizedWeights: Error, CustomStringConvertible {
  package struct Tensor: Hashable, Sendable {
    package let name: String
    package let stored: StoredTensor
  }

  /// What holds the tensors: `PyTorch, 'state_dict'`.
  package let format: String
  /// In the archive's order.
  package let tensors: [Tensor]
  /// What else the file holds.
  package let skipped: [String]
  package let nearest: NearestArchitecture?
  /// In one line.
  package let error: FormatError

  /// Of a file of Keras'.
  init(
    _ archive: any TensorArchive, named names: [String], nearest: NearestArchitecture?,
    error: FormatError
  ) {
    format = "Keras weights"
    tensors = names.compactMap { name in
      archive.tensor(named: name).map { Tensor(name: name, stored: $0) }
    }
    skipped = []
    self.nearest = nearest
    self.error = error
  }

  init(_ file: TensorFile, _ network: UnrecognizedNetwork) {
    format = file.format
    tensors = file.archive.tensorNames.compactMap { name in
      file.archive.tensor(named: name).map { Tensor(name: name, stored: $0) }
    }
    skipped = file.skipped
    nearest = network.nearest
    error = FormatError(path: file.path, expected: network.expected, found: network.found)
  }

  package var description: String { "\(error)" }
}
