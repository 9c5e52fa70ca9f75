import Kernels

/// The same values, in the same order, under another shape.
package struct Reshape: Layer {
  package static let kind = "Reshape"

  /// One of the dimensions may be −1: what is left for it.
  package var target: [Int]

  package init(_ target: [Int]) {
    self.target = target
  }

  package var detail: String { target.map { $0 == -1 ? "·" : "\($0)" }.joined(separator: "×") }

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try only(inputs)
    guard let free = target.firstIndex(of: -1) else {
      return try matching(Shape(target), input)
    }
    var dimensions = target
    dimensions[free] = 1
    let known = try Shape(dimensions).checked().count
    dimensions[free] = input.count / known
    return try matching(Shape(dimensions), input)
  }

  private func matching(_ output: Shape, _ input: Shape) throws(ShapeError) -> Shape {
    guard try output.checked().count == input.count else {
      throw ShapeError(expected: "a shape of \(input.count) values", found: output.description)
    }
    return output
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    CopyOperation(site)
  }
}
