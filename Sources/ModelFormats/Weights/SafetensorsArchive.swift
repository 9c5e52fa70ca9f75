import Safetensors

/// The tensors of a safetensors file.
package struct SafetensorsArchive: TensorArchive {
  private let reader: SafetensorsReader

  package init(_ reader: SafetensorsReader) {
    self.reader = reader
  }

  /// - Throws: `FileError`, `FormatError`.
  package init(path: String) throws {
    reader = try SafetensorsReader(path: path)
  }

  package var tensorNames: [String] { reader.tensors.map(\.name) }

  package func tensor(named name: String) -> StoredTensor? {
    reader[name].map { StoredTensor(shape: $0.shape, type: $0.type.rawValue) }
  }

  package func elements(_ name: String) throws -> StoredElements {
    guard let description = reader[name] else {
      throw UnexpectedContent(expected: "a tensor '\(name)'", found: "none of that name")
    }
    return StoredElements(type: description.type, bytes: try reader.bytes(name))
  }

  package var metadata: [String: String] { reader.metadata }

  package func read(_ name: String, into destination: UnsafeMutableBufferPointer<Float>) throws {
    try reader.read(name, into: destination)
  }
}
