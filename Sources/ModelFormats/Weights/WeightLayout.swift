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
    var place = [Int](repeating: 0, count: order.count)
    var position = start
    // The innermost axis in one loop, the others as an odometer.
    let (length, step) = (extents[extents.count - 1], steps[steps.count - 1])
    for row in 0..<count / length {
      let target = destination + row * length
      var index = position
      for column in 0..<length {
        target[column] = source[index]
        index += step
      }
      for axis in extents.indices.dropLast().reversed() {
        place[axis] += 1
        position += steps[axis]
        if place[axis] < extents[axis] { break }
        position -= extents[axis] * steps[axis]
        place[axis] = 0
      }
    }
  }
}
