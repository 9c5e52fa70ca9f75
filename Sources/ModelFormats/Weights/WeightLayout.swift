import Network

/// How the values of one parameter lie in a file, beside how they lie here.
package enum WeightLayout: Hashable, Sendable {
  /// As here: Keras' and TensorFlow's.
  case native
  /// As here, with each kernel `[height, width, …]` turned by 180°: Theano's.
  case turned
  /// Outputs first: a convolution's `[out, in, height, width]`, a dense layer's `[out, in]`. PyTorch's,
  /// ONNX's and Caffe's.
  case outputsFirst
  /// Outputs first, of a dense layer that reads a flattened image of this shape, which in the file was
  /// flattened with its channels first.
  case outputsFirstFlattened(Shape)
  /// A depthwise convolution's `[channels · multiplier, 1, height, width]`.
  case depthwiseFirst
  /// Outputs first, each kernel turned by 180°: Keras 1's with Theano.
  case outputsFirstTurned
  /// A dense layer's `[in, out]` that reads a flattened image of this shape, which in the file was
  /// flattened with its channels first: Keras 1's with Theano.
  case flattenedChannelsFirst(Shape)
  /// A depthwise convolution's `[multiplier, channels, height, width]`: Keras 1's with Theano.
  case multiplierFirst
  /// As an importer has worked it out.
  case arranged(Arrangement)

  /// The stored values as a grid, and how its axes are to be put in order to lie as here.
  package struct Arrangement: Hashable, Sendable {
    /// The shape that the file is expected to give.
    let storedShape: [Int]
    /// The same values, seen with as many axes as it takes.
    let grid: [Int]
    /// Of our axes, in order, the place in `grid`.
    let order: [Int]
    /// Axes of `grid` that are walked backwards.
    let reversed: Set<Int>

    init(storedShape: [Int], grid: [Int], order: [Int], reversed: Set<Int> = []) {
      self.storedShape = storedShape
      self.grid = grid
      self.order = order
      self.reversed = reversed
    }

    /// Whether the values lie as they should.
    var isIdentity: Bool { order == Array(order.indices) && reversed.isEmpty }
  }

  /// - Parameter shape: of the parameter here.
  func arrangement(of shape: [Int]) -> Arrangement {
    switch self {
    case .arranged(let arrangement): return arrangement
    case .outputsFirst where shape.count == 4:
      let stored = [shape[3], shape[2], shape[0], shape[1]]
      return Arrangement(storedShape: stored, grid: stored, order: [2, 3, 1, 0])
    case .outputsFirst where shape.count == 2:
      let stored = [shape[1], shape[0]]
      return Arrangement(storedShape: stored, grid: stored, order: [1, 0])
    case .outputsFirstFlattened(let image) where shape.count == 2 && image.rank == 3:
      let (height, width) = (image.dimensions[0], image.dimensions[1])
      return Arrangement(
        storedShape: [shape[1], shape[0]], grid: [shape[1], image.channels, height, width],
        order: [2, 3, 1, 0])
    case .depthwiseFirst where shape.count == 4:
      return Arrangement(
        storedShape: [shape[2] * shape[3], 1, shape[0], shape[1]],
        grid: [shape[2], shape[3], shape[0], shape[1]], order: [2, 3, 0, 1])
    case .outputsFirstTurned where shape.count == 4:
      let stored = [shape[3], shape[2], shape[0], shape[1]]
      return Arrangement(storedShape: stored, grid: stored, order: [2, 3, 1, 0], reversed: [2, 3])
    case .flattenedChannelsFirst(let image) where shape.count == 2 && image.rank == 3:
      let (height, width) = (image.dimensions[0], image.dimensions[1])
      return Arrangement(
        storedShape: shape, grid: [image.channels, height, width, shape[1]], order: [1, 2, 0, 3])
    case .multiplierFirst where shape.count == 4:
      let stored = [shape[3], shape[2], shape[0], shape[1]]
      return Arrangement(storedShape: stored, grid: stored, order: [2, 3, 1, 0])
    case .turned where shape.count >= 2:
      return Arrangement(
        storedShape: shape, grid: shape, order: Array(shape.indices), reversed: [0, 1])
    default:
      return Arrangement(storedShape: shape, grid: shape, order: Array(shape.indices))
    }
  }
}

extension WeightLayout.Arrangement {
  /// Copies `count` values in the order that they have here.
  func copy(
    from source: UnsafePointer<Float>, to destination: UnsafeMutablePointer<Float>, count: Int
  ) {
    walk(count: count) { here, stored, length, step in
      for column in 0..<length { destination[here + column] = source[stored + column * step] }
    }
  }

  /// Copies `count` values of ours in the order that they have in the file: the inverse of `copy`.
  func store(
    from source: UnsafePointer<Float>, to destination: UnsafeMutablePointer<Float>, count: Int
  ) {
    walk(count: count) { here, stored, length, step in
      for column in 0..<length { destination[stored + column * step] = source[here + column] }
    }
  }

  /// Values of one cache line.
  private static let line = 16

  /// Visits all values in short runs that lie side by side here: a cache line of ours takes from as many
  /// places of the file's, each of which is walked in its own order.
  @inline(__always)
  private func walk(
    count: Int, _ body: (_ here: Int, _ stored: Int, _ length: Int, _ step: Int) -> Void
  ) {
    precondition(grid.reduce(1, *) == count, "\(count) values of a grid \(grid)")
    guard count > 0 else { return }
    var strides = [Int](repeating: 1, count: grid.count)
    for axis in grid.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * grid[axis + 1]
    }
    var start = 0
    let steps = order.map { axis in
      guard reversed.contains(axis) else { return strides[axis] }
      start += (grid[axis] - 1) * strides[axis]
      return -strides[axis]
    }
    let extents = order.map { grid[$0] }
    var own = [Int](repeating: 1, count: order.count)
    for axis in extents.indices.dropLast().reversed() {
      own[axis] = own[axis + 1] * extents[axis + 1]
    }
    let last = extents.count - 1
    // The other axes, those that lie closest together in the file innermost.
    let outer = extents.indices.dropLast().sorted { abs(steps[$0]) > abs(steps[$1]) }
    let rows = count / extents[last]
    let block = steps[last] == 1 ? extents[last] : Self.line
    for column in stride(from: 0, to: extents[last], by: block) {
      let length = min(block, extents[last] - column)
      var place = [Int](repeating: 0, count: outer.count)
      var here = column
      var stored = start + column * steps[last]
      for _ in 0..<rows {
        body(here, stored, length, steps[last])
        for (index, axis) in outer.enumerated().reversed() {
          place[index] += 1
          here += own[axis]
          stored += steps[axis]
          if place[index] < extents[axis] { break }
          here -= extents[axis] * own[axis]
          stored -= extents[axis] * steps[axis]
          place[index] = 0
        }
      }
    }
  }
}
