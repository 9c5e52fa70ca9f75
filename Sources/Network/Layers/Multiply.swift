import Kernels

/// The product of two inputs of one shape, or of an image and one factor for each channel,
/// `[1, 1, channels]` (squeeze and excite).
package struct Multiply: Layer {
  package static let kind = "Multiply"

  package init() {}

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    guard inputs.count == 2 else {
      throw ShapeError(expected: "2 inputs", found: "\(inputs.count)")
    }
    let image = inputs[0].count >= inputs[1].count ? inputs[0] : inputs[1]
    let factor = inputs[0].count >= inputs[1].count ? inputs[1] : inputs[0]
    guard factor == image || (image.rank == 3 && factor.dimensions == [1, 1, image.channels])
    else {
      throw ShapeError(
        expected: "two inputs of one shape, or \(image) and 1×1×\(image.channels)",
        found: "\(inputs[0]) and \(inputs[1])")
    }
    return image
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    site.inputs[0] == site.inputs[1] ? ProductOperation(site) : ChannelScalingOperation(site)
  }
}

/// Two inputs of one shape.
private final class ProductOperation: Operation {
  private let site: OperationSite

  init(_ site: OperationSite) {
    self.site = site
  }

  var backwardReads: BackwardReads { .inputs }

  func forward(_ pass: ForwardPass) {
    Elementwise.multiply(
      count: site.outputCount, pass.inputs[0], pass.inputs[1], output: pass.output,
      pool: site.pool)
  }

  func backward(_ pass: BackwardPass) {
    for (index, other) in [(0, 1), (1, 0)] {
      guard let gradient = pass.inputGradients[index] else { continue }
      Elementwise.multiply(
        count: site.outputCount, pass.outputGradient, pass.inputs[other], output: gradient,
        pool: site.pool)
    }
  }
}

/// An image, and one factor for each of its channels.
private final class ChannelScalingOperation: Operation {
  private let site: OperationSite
  private let image: Int
  private let factors: Int

  init(_ site: OperationSite) {
    self.site = site
    image = site.inputs[0] == site.output ? 0 : 1
    factors = 1 - image
  }

  var backwardReads: BackwardReads { .inputs }

  func forward(_ pass: ForwardPass) {
    scale(pass.inputs[image], by: pass.inputs[factors], into: pass.output)
  }

  func backward(_ pass: BackwardPass) {
    if let gradient = pass.inputGradients[factors] {
      ChannelScaling.factorsGradient(
        batch: site.batch, positions: site.output.positions, channels: site.output.channels,
        input: pass.inputs[image], outputGradient: pass.outputGradient,
        factorsGradient: gradient, pool: site.pool)
    }
    if let gradient = pass.inputGradients[image] {
      scale(pass.outputGradient, by: pass.inputs[factors], into: gradient)
    }
  }

  private func scale(
    _ input: UnsafePointer<Float>, by factors: UnsafePointer<Float>,
    into output: UnsafeMutablePointer<Float>
  ) {
    ChannelScaling.forward(
      batch: site.batch, positions: site.output.positions, channels: site.output.channels,
      input: input, factors: factors, output: output, pool: site.pool)
  }
}
