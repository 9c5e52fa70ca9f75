import Kernels

/// The channels of all inputs, one after the other.
package struct Concatenate: Layer {
  package static let kind = "Concatenate"

  package init() {}

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    try several(inputs)
    let space = inputs[0].dimensions.dropLast()
    var channels = 0
    for input in inputs {
      guard input.dimensions.dropLast() == space else {
        throw ShapeError(
          expected: "inputs that differ in channels only, like \(inputs[0])", found: "\(input)")
      }
      channels += input.channels
    }
    return try Shape(space + [channels]).checked()
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    ConcatenateOperation(site)
  }
}

private final class ConcatenateOperation: Operation {
  private let rows: Int
  private let channels: [Int]
  private let pool: WorkerPool

  init(_ site: OperationSite) {
    rows = site.batch * site.output.positions
    channels = site.inputs.map(\.channels)
    pool = site.pool
  }

  var backwardReads: BackwardReads { [] }

  func forward(_ pass: ForwardPass) {
    Concatenation.join(
      rows: rows, inputs: pass.inputs, channels: channels, output: pass.output, pool: pool)
  }

  func backward(_ pass: BackwardPass) {
    Concatenation.split(
      rows: rows, input: pass.outputGradient, channels: channels, outputs: pass.inputGradients,
      pool: pool)
  }
}
