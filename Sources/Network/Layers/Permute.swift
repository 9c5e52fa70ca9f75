import Kernels

/// The axes in another order.
package struct Permute: Layer {
  package static let kind = "Permute"

  /// Which of the input's axes each axis of the output is, from 0 on.
  package var order: [Int]

  package init(_ order: [Int]) {
    self.order = order
  }

  package var detail: String { order.map { "\($0 + 1)" }.joined(separator: " ") }

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try only(inputs)
    guard order.sorted() == Array(0..<input.rank) else {
      throw ShapeError(
        expected: "each of \(input.rank) axes once",
        found: order.map { "\($0 + 1)" }.joined(separator: ", "))
    }
    return Shape(order.map { input.dimensions[$0] })
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    let strides = site.inputs[0].strides
    let view = StridedView(
      dimensions: site.output.dimensions, strides: order.map { strides[$0] }, offset: 0,
      sourceCount: site.inputs[0].count)
    return ViewOperation(view, site)
  }
}
