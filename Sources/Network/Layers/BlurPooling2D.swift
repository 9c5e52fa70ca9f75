import Kernels

/// A blur by a fixed binomial filter of which every `stride`-th pixel is kept: what follows a pooling
/// or convolution of stride 1 in networks that bear shifts (Zhang, arXiv:1904.11486; timm's
/// `BlurPool2d`).
package struct BlurPooling2D: Layer {
  package static let kind = "BlurPooling2D"

  /// Length of the filter: 3 is 1 2 1.
  package var size: Int
  package var stride: Int
  /// What stands beyond the edges.
  package var content: EdgeContent

  package init(size: Int = 3, stride: Int = 2, content: EdgeContent = .reflect) {
    self.size = size
    self.stride = stride
    self.content = content
  }

  package var detail: String { "\(size)×\(size)/\(stride)" }

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try only(inputs).spatial()
    try Shape.check(size, in: 1...Self.sizeLimit, "a filter's size")
    try Shape.check(stride, in: 1...Window.sizeLimit, "a stride")
    if case .constant(let value) = content, value != 0 {
      throw ShapeError(expected: "zeros or the image beyond the edges", found: "\(value)")
    }
    for length in [input.height, input.width] {
      // Tables of weights are made for each row and column.
      try Shape.check(length, in: 1...Resizing.sizeLimit, "a height or width to blur")
      try content.check(before, before, around: length)
      guard length + 2 * before >= size else {
        throw ShapeError(
          expected: "an image of at least \(size - 2 * before) pixels", found: "\(length)")
      }
    }
    return try Shape(
      height: count(input.height), width: count(input.width), channels: input.channels
    ).checked()
  }

  private static let sizeLimit = 64

  /// Rows and columns beyond each edge.
  private var before: Int { (stride - 1 + size - 1) / 2 }

  private func count(_ length: Int) -> Int { (length + 2 * before - size) / stride + 1 }

  package func makeOperation(at site: OperationSite) -> any Operation {
    let input = site.inputs[0].dimensions
    return ResamplingOperation(
      Resampling(rows: axis(input[0]), columns: axis(input[1]), channels: input[2]), site)
  }

  private func axis(_ length: Int) -> Resampling.Axis {
    let filter = binomial
    var starts: [Int] = []
    var weights: [[Float]] = []
    for output in 0..<count(length) {
      let first = output * stride - before
      let taps = filter.indices.map { content.source(of: first + $0, within: length) }
      let places = taps.compactMap(\.self)
      // A window may lie in the zeros alone, far beyond a small image.
      let lower = places.min() ?? 0
      var row = [Float](repeating: 0, count: (places.max() ?? 0) - lower + 1)
      for (place, weight) in zip(taps, filter) {
        if let place { row[place - lower] += weight }
      }
      starts.append(lower)
      weights.append(row)
    }
    return Resampling.Axis(sourceCount: length, starts: starts, weights: weights)
  }

  /// Row `size − 1` of Pascal's triangle, of sum 1.
  private var binomial: [Float] {
    var row = [1.0]
    for _ in 1..<size {
      row = zip([0] + row, row + [0]).map { ($0 + $1) / 2 }
    }
    return row.map(Float.init)
  }
}
