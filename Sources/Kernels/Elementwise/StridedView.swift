/// Some values of an array in another order, each any number of times: what cropping, slicing,
/// reversing, permuting and broadcasting have in common.
///
/// Value `[i₀, i₁, …]` of the view is value `offset + Σ iₖ · strides[k]` of one image; an axis of
/// stride 0 repeats. All batches are alike.
package struct StridedView: Hashable, Sendable {
  /// Outermost first.
  package let dimensions: [Int]
  package let strides: [Int]
  package let offset: Int
  /// Values of one image of what is viewed.
  package let sourceCount: Int

  /// - Precondition: every index is within the source.
  package init(dimensions: [Int], strides: [Int], offset: Int, sourceCount: Int) {
    precondition(dimensions.count == strides.count && dimensions.allSatisfy { $0 > 0 })
    let reach = zip(dimensions, strides).map { ($0 - 1) * $1 }
    precondition(
      offset + reach.filter { $0 < 0 }.reduce(0, +) >= 0
        && offset + reach.filter { $0 > 0 }.reduce(0, +) < sourceCount)
    self.dimensions = dimensions
    self.strides = strides
    self.offset = offset
    self.sourceCount = sourceCount
  }

  /// Values of one image of the view.
  package var count: Int { dimensions.reduce(1, *) }

  /// Copies the view of each image: `output` is `[batch, dimensions…]`.
  package func forward(
    batch: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    let rows = rows
    let count = count
    nonisolated(unsafe) let output = output  // Disjoint: a tile writes its rows.
    let band = max(1, 16_384 / rows.width)
    let bands = (rows.count + band - 1) / band
    pool.parallelFor(batch * bands) { tile, _ in
      let image = tile / bands
      let source = input + image * sourceCount
      let target = output + image * count
      for row in tile % bands * band..<min((tile % bands + 1) * band, rows.count) {
        let first = source + rows.start(row)
        let out = target + row * rows.width
        switch rows.stride {
        case 1: out.update(from: first, count: rows.width)
        case 0: out.update(repeating: first[0], count: rows.width)
        default: for i in 0..<rows.width { out[i] = first[i * rows.stride] }
        }
      }
    }
  }

  /// Overwrites `inputGradient`: each value's is the sum over the places where the view has it, in
  /// the view's order; 0 for what it leaves out.
  package func backward(
    batch: Int, outputGradient: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>,
    pool: WorkerPool
  ) {
    let rows = rows
    let count = count
    nonisolated(unsafe) let inputGradient = inputGradient  // Disjoint: a tile is an image.
    pool.parallelFor(batch) { image, _ in
      let target = inputGradient + image * sourceCount
      let source = outputGradient + image * count
      target.update(repeating: 0, count: sourceCount)
      for row in 0..<rows.count {
        let first = target + rows.start(row)
        let gradient = source + row * rows.width
        switch rows.stride {
        case 1: mapVectors(0..<rows.width, first, gradient, first) { $0 + $1 }
        case 0:
          var sum = Vector.zero
          for i in stride(from: 0, to: rows.width, by: lanes) {
            sum += gradient.channels(i, min(lanes, rows.width - i))
          }
          first[0] += sum.total
        default: for i in 0..<rows.width { first[i * rows.stride] += gradient[i] }
        }
      }
    }
  }

  /// The innermost axis, and the places where its rows begin.
  private var rows: Rows { Rows(self) }

  private struct Rows {
    let width: Int
    let stride: Int
    let count: Int
    private let dimensions: [Int]
    private let strides: [Int]
    private let offset: Int

    init(_ view: StridedView) {
      width = view.dimensions.last ?? 1
      stride = view.strides.last ?? 1
      dimensions = view.dimensions.dropLast().reversed()
      strides = view.strides.dropLast().reversed()
      count = dimensions.reduce(1, *)
      offset = view.offset
    }

    @inline(__always)
    func start(_ row: Int) -> Int {
      var rest = row
      var place = offset
      for axis in 0..<dimensions.count {
        place &+= rest % dimensions[axis] &* strides[axis]
        rest /= dimensions[axis]
      }
      return place
    }
  }
}
