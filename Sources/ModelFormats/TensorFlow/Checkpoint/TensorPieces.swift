import Network

/// A tensor of a checkpoint in one piece or in several, of each of which it is known that the files hold it.
struct TensorPieces {
  private let shape: [Int]
  private let pieces: [(part: TensorSlice, tensor: MessageTensor)]

  /// - Parameters:
  ///   - shape: of the tensor, whose elements can be counted.
  ///   - parts: where its pieces stand in it.
  ///   - tensor: the piece of that place in `parts`, whose size has been held against its file.
  /// - Throws: `UnexpectedContent` where the pieces do not come to the tensor; what `tensor` throws.
  init(
    of shape: [Int], _ name: String, parts: [TensorSlice],
    _ tensor: (_ index: Int) throws -> MessageTensor
  ) throws {
    try TensorSlice.checkCover(parts, of: shape, name)
    self.shape = shape
    pieces = try parts.enumerated().map { index, part in
      let tensor = try tensor(index)
      guard tensor.count == part.count else {
        throw UnexpectedContent(
          expected: "a slice of '\(name)' of shape \(Shape(part.lengths))",
          found: Shape(tensor.shape).description)
      }
      return (part, tensor)
    }
  }

  var count: Int { shape.reduce(1, *) }

  /// - Parameter destination: of as many values as the tensor has.
  func read(into destination: UnsafeMutableBufferPointer<Float>) throws {
    if pieces.count == 1 {
      try pieces[0].tensor.read(into: destination)
      return
    }
    for (part, tensor) in pieces {
      let values = try [Float](unsafeUninitializedCapacity: part.count) { buffer, initialized in
        try tensor.read(into: UnsafeMutableBufferPointer(rebasing: buffer[..<part.count]))
        initialized = part.count
      }
      part.copy(values, to: destination, of: shape)
    }
  }

  func elements() throws -> StoredElements {
    let values = try [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      try read(into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      initialized = count
    }
    return StoredElements(type: .float32, bytes: values.withUnsafeBytes { Array($0) })
  }
}
