import Network

/// Constants seen otherwise: their axes in another order, parts of them, several put together.
extension ConstantTensor {
  func transposed(_ order: [Int], in archive: any TensorArchive) throws -> ConstantTensor {
    guard order.sorted() == Array(shape.indices) else {
      throw UnexpectedContent(
        expected: "each of \(shape.count) axes once", found: "\(order)")
    }
    let strides = ConstantArithmetic.strides(of: shape)
    return try viewed(
      as: order.map { shape[$0] }, strides: order.map { strides[$0] }, offset: 0, in: archive)
  }

  /// - Parameter axes: start, step and count for each axis; within the shape.
  func sliced(_ axes: [Slice.Axis], in archive: any TensorArchive) throws -> ConstantTensor {
    let strides = ConstantArithmetic.strides(of: shape)
    return try viewed(
      as: axes.map(\.count), strides: zip(strides, axes).map { $0 * $1.step },
      offset: zip(strides, axes).reduce(0) { $1.1.count == 0 ? $0 : $0 + $1.0 * $1.1.start },
      in: archive)
  }

  func broadcast(to shape: [Int], in archive: any TensorArchive) throws -> ConstantTensor {
    guard let target = ConstantArithmetic.broadcastShape(self.shape, shape),
      Shape.saturatedProduct(target) <= Self.countLimit
    else {
      throw UnexpectedContent(
        expected: "a shape that \(Shape(self.shape)) can be repeated to", found: "\(Shape(shape))")
    }
    if case .repeated = elements { return reshaped(target) }
    let padded = [Int](repeating: 1, count: target.count - self.shape.count) + self.shape
    var strides = ConstantArithmetic.strides(of: padded)
    for axis in padded.indices where padded[axis] == 1 { strides[axis] = 0 }
    return try viewed(as: target, strides: strides, offset: 0, in: archive)
  }

  /// The same elements under another shape of as many.
  func reshaped(_ shape: [Int]) -> ConstantTensor {
    var result = self
    result.shape = shape
    return result
  }

  /// The values at `indices` along an axis.
  func gathered(
    _ indices: [Int], axis: Int, in archive: any TensorArchive
  ) throws -> [ConstantTensor] {
    try indices.map { index in
      let place = index < 0 ? index + shape[axis] : index
      guard shape.indices.contains(axis), (0..<shape[axis]).contains(place) else {
        throw UnexpectedContent(
          expected: "an index within \(Shape(shape)), axis \(axis)", found: "\(index)")
      }
      var axes = shape.map { Slice.Axis(start: 0, step: 1, count: $0) }
      axes[axis] = Slice.Axis(start: place, step: 1, count: 1)
      return try sliced(axes, in: archive)
    }
  }

  static func concatenated(
    _ parts: [ConstantTensor], axis: Int, in archive: any TensorArchive
  ) throws -> ConstantTensor {
    guard let first = parts.first, first.shape.indices.contains(axis),
      parts.allSatisfy({ part in
        part.shape.count == first.shape.count
          && part.shape.indices.allSatisfy { $0 == axis || part.shape[$0] == first.shape[$0] }
      })
    else {
      throw UnexpectedContent(
        expected: "constants that fit together along axis \(axis)",
        found: parts.map { "\(Shape($0.shape))" }.joined(separator: " and "))
    }
    var shape = first.shape
    shape[axis] = parts.reduce(0) { Int.saturatingSum($0, $1.shape[axis]) }
    guard Shape.saturatedProduct(shape) <= Self.countLimit else {
      throw UnexpectedContent(expected: "a constant of at most 1 GB", found: "\(Shape(shape))")
    }
    let outer = Shape.saturatedProduct(shape[..<axis])
    func joined<Element>(_ elements: [[Element]]) -> [Element] {
      (0..<outer).flatMap { row in
        zip(parts, elements).flatMap { part, elements in
          let run = Shape.saturatedProduct(part.shape[axis...])
          return elements[row * run..<(row + 1) * run]
        }
      }
    }
    let counts = parts.compactMap(\.counts)
    if counts.count == parts.count { return ConstantTensor(shape: shape, .counts(joined(counts))) }
    return ConstantTensor(joined(try parts.map { try $0.numbers(in: archive) }), shape: shape)
  }

  private func viewed(
    as shape: [Int], strides: [Int], offset: Int, in archive: any TensorArchive
  ) throws -> ConstantTensor {
    if case .repeated = elements { return reshaped(shape) }
    if let counts {
      return ConstantTensor(
        shape: shape,
        .counts(
          ConstantArithmetic.gathered(counts, shape: shape, strides: strides, offset: offset)))
    }
    var result = ConstantTensor(
      ConstantArithmetic.gathered(
        try numbers(in: archive), shape: shape, strides: strides, offset: offset), shape: shape)
    result.name = name
    return result
  }
}

extension Int {
  fileprivate static func saturatingSum(_ a: Int, _ b: Int) -> Int {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? .max : sum
  }
}
