import Kernels

/// Part of each axis, every so many values, forwards or backwards: NumPy's `x[1:7, ::2, ::-1]`.
package struct Slice: Layer {
  package static let kind = "Slice"

  package struct Axis: Hashable, Sendable {
    package let start: Int
    /// Not 0; below 0: backwards.
    package let step: Int
    package let count: Int

    package init(start: Int, step: Int, count: Int) {
      self.start = start
      self.step = step
      self.count = count
    }
  }

  /// One for each axis of the input.
  package var axes: [Axis]

  package init(_ axes: [Axis]) {
    self.axes = axes
  }

  package var detail: String {
    axes.map { $0.step == 1 ? "\($0.start)+\($0.count)" : "\($0.start)+\($0.count):\($0.step)" }
      .joined(separator: " · ")
  }

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try only(inputs)
    guard axes.count == input.rank else {
      throw ShapeError(expected: "\(axes.count) dimensions", found: "\(input.rank)")
    }
    for (axis, dimension) in zip(axes, input.dimensions) {
      // The last one is only worked out for numbers whose product fits.
      guard axis.step != 0, (0..<dimension).contains(axis.start),
        (1...dimension).contains(axis.count),
        axis.count == 1 || (-dimension...dimension).contains(axis.step),
        (0..<dimension).contains(axis.start + (axis.count - 1) * axis.step)
      else {
        throw ShapeError(
          expected: "a slice within \(dimension) values",
          found: "\(axis.count) from \(axis.start) on, step \(axis.step)")
      }
    }
    return try Shape(axes.map(\.count)).checked()
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    let strides = site.inputs[0].strides
    let view = StridedView(
      dimensions: axes.map(\.count), strides: zip(strides, axes).map { $0 * $1.step },
      offset: zip(strides, axes).map { $0 * $1.start }.reduce(0, +),
      sourceCount: site.inputs[0].count)
    return ViewOperation(view, site)
  }
}
