import Kernels
import TestSupport

@testable import Network

/// One layer at work on numbers of its own, as a plan would run it.
///
/// On the way back it is given NaN for whatever it has not declared that it reads.
final class LayerProbe {
  let operation: any Network.Operation
  let inputs: [FloatBuffer]
  let parameters: [Parameter]
  let output: FloatBuffer
  private let saved: FloatBuffer
  private let random = RandomStream(seed: 7, purpose: .dropout, step: 3, layer: 5)
  /// What the loss weighs each output with, and therefore the output's gradient.
  private let weights: FloatBuffer

  init(
    _ layer: any Layer, inputs shapes: [Shape], batch: Int = 2,
    mode: OperationSite.Mode = .training, threads: Int = 1
  ) throws {
    let output = try layer.outputShape(for: shapes)
    let site = OperationSite(
      batch: batch, inputs: shapes, output: output, mode: mode,
      pool: WorkerPool(threads: threads))
    operation = layer.makeOperation(at: site)
    inputs = shapes.enumerated().map { index, shape in
      Self.numbers(batch * shape.count, stream: UInt32(index))
    }
    parameters = layer.parameters(for: shapes).enumerated().map { index, specification in
      let values = Self.numbers(specification.count, stream: 10 + UInt32(index))
      // A variance, and a scale that keeps away from nothing.
      if specification.role == .movingVariance || specification.role == .gamma {
        for i in 0..<values.count { values.pointer[i] = abs(values.pointer[i]) + 0.5 }
      }
      return Parameter(layer: "probe", specification: specification, values: values)
    }
    self.output = FloatBuffer(count: batch * output.count)
    saved = FloatBuffer(count: operation.savedCount)
    weights = Self.numbers(self.output.count, stream: 99)
  }

  /// Between −1 and 1, the same for the same stream.
  static func numbers(_ count: Int, stream: UInt32) -> FloatBuffer {
    let random = RandomStream(seed: 11, purpose: .test, layer: stream)
    return FloatBuffer((0..<count).map { 2 * random.uniform(UInt64($0)) - 1 })
  }

  func forward() {
    forward(inputs: inputs, output: output)
  }

  private func forward(inputs: [FloatBuffer], output: FloatBuffer) {
    operation.forward(
      ForwardPass(
        inputs: inputs.map { UnsafePointer($0.pointer) }, output: output.pointer,
        parameters: parameters.map(\.values.pointer), saved: saved.pointer, random: random))
  }

  private func loss() -> Double {
    forward()
    return (0..<output.count).reduce(0) {
      $0 + Double(output.pointer[$1]) * Double(weights.pointer[$1])
    }
  }

  private func backward(
    inputs: [FloatBuffer], output: FloatBuffer, outputGradient: FloatBuffer,
    inputGradients: [FloatBuffer?], parameterGradients: [FloatBuffer?]
  ) {
    let reads = operation.backwardReads
    let nothing = FloatBuffer(
      Array(repeating: .nan, count: max(output.count, inputs.map(\.count).max() ?? 0)))
    operation.backward(
      BackwardPass(
        inputs: inputs.map {
          UnsafePointer(reads.contains(.inputs) ? $0.pointer : nothing.pointer)
        },
        output: UnsafePointer(reads.contains(.output) ? output.pointer : nothing.pointer),
        outputGradient: outputGradient.pointer, inputGradients: inputGradients.map { $0?.pointer },
        parameters: parameters.map(\.values.pointer),
        parameterGradients: parameterGradients.map { $0?.pointer }, saved: saved.pointer,
        random: random))
  }

  /// The gradients of all inputs, and of the trainable parameters where `trains`.
  func gradients(trains: Bool) -> (inputs: [FloatBuffer], parameters: [FloatBuffer?]) {
    forward()
    let inputGradients = inputs.map { FloatBuffer(Array(repeating: .nan, count: $0.count)) }
    let parameterGradients = parameters.map { parameter in
      trains && parameter.specification.isTrainable
        ? FloatBuffer(Array(repeating: .nan, count: parameter.values.count)) : nil
    }
    backward(
      inputs: inputs, output: output, outputGradient: FloatBuffer(weights.values),
      inputGradients: inputGradients, parameterGradients: parameterGradients)
    return (inputGradients, parameterGradients)
  }

  /// What is wrong with the gradients; empty where nothing is.
  func gradientErrors(trains: Bool, checker: GradientChecker = GradientChecker()) -> [String] {
    let gradients = gradients(trains: trains)
    var errors: [String] = []
    func check(_ name: String, _ values: FloatBuffer, _ gradient: FloatBuffer) {
      let finding = checker.check(values.pointer, gradient: gradient.values, loss: loss)
      if !finding.isGood { errors.append("\(name): \(finding)") }
    }
    for (index, gradient) in gradients.inputs.enumerated() {
      check("input \(index)", inputs[index], gradient)
    }
    for (parameter, gradient) in zip(parameters, gradients.parameters) {
      if let gradient { check(parameter.specification.name, parameter.values, gradient) }
    }
    return errors
  }

  /// Output and input gradient when both passes run in the first input's memory.
  func inPlace() -> (output: [Float], inputGradient: [Float]) {
    let shared = FloatBuffer(inputs[0].values)
    forward(inputs: [shared] + inputs.dropFirst(), output: shared)
    let gradient = FloatBuffer(weights.values)
    backward(
      inputs: inputs, output: shared, outputGradient: gradient,
      inputGradients: [gradient] + inputs.dropFirst().map { FloatBuffer(count: $0.count) },
      parameterGradients: parameters.map { _ in nil })
    return (shared.values, gradient.values)
  }
}
