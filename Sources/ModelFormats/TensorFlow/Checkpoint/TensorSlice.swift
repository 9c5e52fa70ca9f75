import Network

/// A part of a tensor that a checkpoint keeps by itself: a box within it.
struct TensorSlice {
  /// Along each axis.
  let starts: [Int]
  let lengths: [Int]

  private init(starts: [Int], lengths: [Int]) {
    (self.starts, self.lengths) = (starts, lengths)
  }

  /// All of a tensor.
  init(whole shape: [Int]) {
    self.init(starts: shape.map { _ in 0 }, lengths: shape)
  }

  /// - Parameters:
  ///   - shape: of the tensor.
  ///   - name: of the tensor, for the errors.
  /// - Throws: `UnexpectedContent` for a part that does not lie in it.
  init(_ message: TFTensorSliceProto, of shape: [Int], _ name: String) throws(UnexpectedContent) {
    guard !message.extent.isEmpty else {
      self.init(whole: shape)
      return
    }
    guard message.extent.count == shape.count else {
      throw UnexpectedContent(
        expected: "a slice of \(shape.count) axes of '\(name)'", found: "\(message.extent.count)")
    }
    let starts = message.extent.map { Int($0.start) }
    let lengths = shape.indices.map { axis in
      let extent = message.extent[axis]
      return extent.hasLength_p == nil ? shape[axis] : Int(extent.length)
    }
    guard
      shape.indices.allSatisfy({
        (0...shape[$0]).contains(starts[$0]) && (0...(shape[$0] - starts[$0])).contains(lengths[$0])
      })
    else {
      throw UnexpectedContent(
        expected: "a slice within \(Shape(shape)) of '\(name)'", found: "\(starts), \(lengths)")
    }
    self.init(starts: starts, lengths: lengths)
  }

  var count: Int { lengths.reduce(1, *) }

  private func overlaps(_ other: TensorSlice) -> Bool {
    count > 0 && other.count > 0
      && starts.indices.allSatisfy {
        starts[$0] < other.starts[$0] + other.lengths[$0]
          && other.starts[$0] < starts[$0] + lengths[$0]
      }
  }

  private static let countLimit = 1 << 12

  /// - Throws: `UnexpectedContent` where parts do not come to a whole tensor, each element once.
  static func checkCover(_ slices: [TensorSlice], of shape: [Int], _ name: String)
    throws(UnexpectedContent)
  {
    guard slices.count <= countLimit else {
      throw UnexpectedContent(
        expected: "at most \(countLimit) slices of '\(name)'", found: "\(slices.count)")
    }
    for (index, slice) in slices.enumerated() {
      guard let other = slices[..<index].first(where: slice.overlaps) else { continue }
      throw UnexpectedContent(
        expected: "slices of '\(name)' that do not overlap",
        found: "one at \(slice.starts) and one at \(other.starts)")
    }
    let (whole, found) = (shape.reduce(1, *), slices.reduce(0) { $0 + $1.count })
    guard found == whole else {
      throw UnexpectedContent(
        expected: "\(whole) values of tensor '\(name)'", found: "slices of \(found)")
    }
  }

  /// Puts the values of this part where they stand in a tensor of `shape`.
  func copy(
    _ values: [Float], to destination: UnsafeMutableBufferPointer<Float>, of shape: [Int]
  ) {
    precondition(values.count == count, "\(values.count) values of a slice of \(count)")
    guard !values.isEmpty else { return }
    guard lengths != shape else {
      _ = destination.update(fromContentsOf: values)
      return
    }
    let strides = ConstantArithmetic.strides(of: shape)
    let run = lengths.last ?? 1
    var place = [Int](repeating: 0, count: shape.count)
    for first in stride(from: 0, to: values.count, by: run) {
      var rest = first / run
      for axis in shape.indices.dropLast().reversed() {
        place[axis] = rest % lengths[axis]
        rest /= lengths[axis]
      }
      let start = shape.indices.reduce(0) { $0 + (starts[$1] + place[$1]) * strides[$1] }
      for offset in 0..<run { destination[start + offset] = values[first + offset] }
    }
  }
}
