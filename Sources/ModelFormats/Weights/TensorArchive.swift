import Safetensors

/// Tensors by name, as a file holds them. Their values are read when they are asked for, and no
/// others.
package protocol TensorArchive {
  /// In the order of the file where that means something, else sorted.
  var tensorNames: [String] { get }

  /// `nil` where there is no tensor of that name.
  func tensor(named name: String) -> StoredTensor?

  /// The values of a tensor, row-major, as single-precision numbers.
  ///
  /// - Parameter destination: of as many values as the tensor has.
  /// - Throws: `FileError`, `FormatError`, or `UnexpectedContent` for values that are no
  ///   floating-point numbers, or that cannot be had.
  func read(_ name: String, into destination: UnsafeMutableBufferPointer<Float>) throws

  /// The elements of a tensor as they are, row-major: for copies to other files. By default, and where
  /// nothing else is known, single-precision numbers.
  /// - Throws: as `read`; `UnexpectedContent` for elements that have no type elsewhere.
  func elements(_ name: String) throws -> StoredElements
}

/// The elements of one tensor as bytes, little-endian.
package struct StoredElements: Equatable, Sendable {
  package let type: ElementType
  package let bytes: [UInt8]
}

/// One tensor of an archive.
package struct StoredTensor: Hashable, Sendable {
  package let shape: [Int]
  /// The type of its elements in the format's own words: `F32`.
  package let type: String

  package init(shape: [Int], type: String) {
    self.shape = shape
    self.type = type
  }
}

extension TensorArchive {
  package func elements(_ name: String) throws -> StoredElements {
    StoredElements(type: .float32, bytes: try values(name).withUnsafeBytes { Array($0) })
  }

  /// The values of a tensor that is there.
  func values(_ name: String) throws -> [Float] {
    let count = tensor(named: name)?.shape.reduce(1, *) ?? 0
    return try [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      try read(name, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      initialized = count
    }
  }
}
