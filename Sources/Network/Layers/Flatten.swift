import Kernels

/// Everything in one axis, in the order height, width, channels.
package struct Flatten: Layer {
  package static let kind = "Flatten"

  package init() {}

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    try Shape(features: only(inputs).count).checked()
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    CopyOperation(site)
  }
}
