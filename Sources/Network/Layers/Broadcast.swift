import Kernels

/// The input repeated along its axes of length 1 until it has another shape. Axes that it lacks are
/// added in front.
package struct Broadcast: Layer {
  package static let kind = "Broadcast"

  package var target: Shape

  package init(to target: Shape) {
    self.target = target
  }

  package var detail: String { target.description }

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try only(inputs)
    try target.checked()
    let fits = input.rank <= target.rank
    guard fits, zip(padded(input), target.dimensions).allSatisfy({ $0 == 1 || $0 == $1 }) else {
      throw ShapeError(expected: "a shape that can be repeated to \(target)", found: "\(input)")
    }
    return target
  }

  private func padded(_ input: Shape) -> [Int] {
    [Int](repeating: 1, count: target.rank - input.rank) + input.dimensions
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    let padded = Shape(padded(site.inputs[0]))
    let strides = zip(padded.dimensions, padded.strides).map { $0 == 1 ? 0 : $1 }
    let view = StridedView(
      dimensions: target.dimensions, strides: strides, offset: 0, sourceCount: padded.count)
    return ViewOperation(view, site)
  }
}

extension Shape {
  /// The shape that all of `shapes` can be repeated to; `nil` where there is none.
  package static func broadcast(_ shapes: [Shape]) -> Shape? {
    let rank = shapes.map(\.rank).max() ?? 0
    var result = [Int](repeating: 1, count: rank)
    for shape in shapes {
      for (axis, dimension) in zip(rank - shape.rank..<rank, shape.dimensions)
      where dimension != 1 {
        guard result[axis] == 1 || result[axis] == dimension else { return nil }
        result[axis] = dimension
      }
    }
    return Shape(result)
  }
}
