import Foundation
import Kernels
import Network

/// How weights that are in no file begin: Caffe's fillers, by Caffe's formulas.
struct CaffeFiller {
  private enum Kind {
    case constant(Float)
    case uniform(lower: Float, upper: Float)
    case gaussian(mean: Float, deviation: Float)
    /// Uniform, or normal, of a variance that the number of inputs or outputs gives.
    case xavier(CaffeFiller.Fan)
    case msra(CaffeFiller.Fan)
    case unitBall
  }

  fileprivate enum Fan: String {
    case inputs = "FAN_IN"
    case outputs = "FAN_OUT"
    case average = "AVERAGE"
  }

  private let kind: Kind

  init(constant value: Float) { kind = .constant(value) }

  /// - Throws: `UnexpectedContent` for a filler that there is not here.
  init(_ message: CaffeMessage) throws {
    let type = try message.text("type") ?? "constant"
    let fan = Fan(
      rawValue: try message.choice(
        "variance_norm", [0: "FAN_IN", 1: "FAN_OUT", 2: "AVERAGE"], default: "FAN_IN"))
    switch type {
    case "constant": kind = .constant(try message.number("value", default: 0))
    case "uniform":
      kind = .uniform(
        lower: try message.number("min", default: 0), upper: try message.number("max", default: 1))
    case "gaussian":
      kind = .gaussian(
        mean: try message.number("mean", default: 0),
        deviation: try message.number("std", default: 1))
    case "xavier": kind = .xavier(fan ?? .inputs)
    case "msra": kind = .msra(fan ?? .inputs)
    case "positive_unitball": kind = .unitBall
    default:
      throw UnexpectedContent(
        expected: "constant, uniform, gaussian, xavier, msra or positive_unitball as filler of "
          + message.label, found: "'\(type)'")
    }
  }

  /// The values of weights, outputs first; the same for the same name.
  func tensor(shape: [Int], named name: String, pool: WorkerPool) throws -> ConstantTensor {
    let count = Shape.saturatedProduct(shape)
    guard count <= ConstantTensor.countLimit else {
      throw UnexpectedContent(expected: "weights of at most 1 GB", found: "\(Shape(shape))")
    }
    let inputs = max(1, count / max(1, shape.first ?? 1))
    let outputs = max(1, count / max(1, shape.count > 1 ? shape[1] : 1))
    func fan(_ fan: Fan) -> Float {
      switch fan {
      case .inputs: Float(inputs)
      case .outputs: Float(outputs)
      case .average: Float(inputs + outputs) / 2
      }
    }
    let random = RandomStream(
      seed: 0, purpose: .initialization, layer: RandomStream.hash(name))
    var values: [Float]
    switch kind {
    case .constant(let value):
      return ConstantTensor(shape: shape, .repeated(value))
    case .uniform(let lower, let upper):
      values = uniform(random, count, lower, upper, pool)
    case .xavier(let norm):
      let limit = (3 / fan(norm)).squareRoot()
      values = uniform(random, count, -limit, limit, pool)
    case .gaussian(let mean, let deviation):
      values = normal(random, count, mean, deviation)
    case .msra(let norm): values = normal(random, count, 0, (2 / fan(norm)).squareRoot())
    case .unitBall:
      values = uniform(random, count, 0, 1, pool)
      for start in stride(from: 0, to: count, by: inputs) {
        let row = start..<min(start + inputs, count)
        let sum = values[row].reduce(0, +)
        for place in row where sum > 0 { values[place] /= sum }
      }
    }
    return ConstantTensor(values, shape: shape)
  }

  private func uniform(
    _ random: RandomStream, _ count: Int, _ lower: Float, _ upper: Float, _ pool: WorkerPool
  ) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      if let start = buffer.baseAddress {
        random.fillUniform(count: count, values: start, lower: lower, upper: upper, pool: pool)
      }
      initialized = count
    }
  }

  /// By Box and Muller's formula, two numbers of two.
  private func normal(
    _ random: RandomStream, _ count: Int, _ mean: Float, _ deviation: Float
  ) -> [Float] {
    var values: [Float] = []
    values.reserveCapacity(count + 1)
    for pair in 0..<(UInt64(count) + 1) / 2 {
      let radius = (-2 * log(1 - random.uniform(2 * pair))).squareRoot()
      let angle = 2 * Float.pi * random.uniform(2 * pair + 1)
      values.append(mean + deviation * radius * cos(angle))
      values.append(mean + deviation * radius * sin(angle))
    }
    return Array(values.prefix(count))
  }
}
