import Kernels

/// An image without its outermost rows and columns.
package struct Cropping2D: Layer {
  package static let kind = "Cropping2D"

  package var amounts: Padding

  package init(_ amounts: Padding) {
    self.amounts = amounts
  }

  package var detail: String {
    "\(amounts.top) \(amounts.bottom) · \(amounts.left) \(amounts.right)"
  }

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try only(inputs).spatial()
    try amounts.check()
    let height = input.height - amounts.top - amounts.bottom
    let width = input.width - amounts.left - amounts.right
    guard height > 0, width > 0 else {
      throw ShapeError(
        expected: "an image larger than what is cut off, \(amounts.top + amounts.bottom) rows and "
          + "\(amounts.left + amounts.right) columns", found: "\(inputs[0])")
    }
    return Shape(height: height, width: width, channels: input.channels)
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    let strides = site.inputs[0].strides
    let view = StridedView(
      dimensions: site.output.dimensions, strides: strides,
      offset: amounts.top * strides[0] + amounts.left * strides[1],
      sourceCount: site.inputs[0].count)
    return ViewOperation(view, site)
  }
}
