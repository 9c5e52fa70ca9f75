import Kernels
import Network

extension ONNXLayerTable {
  static let merging = table([
    row(Add.self) { writer, layer, site in
      writer.activated(writer.folded("Add", site.inputs), layer.activation)
    },
    row(Subtract.self) { writer, _, site in writer.add("Sub", site.inputs) },
    row(Multiply.self) { writer, _, site in writer.add("Mul", site.inputs) },
    row(Average.self) { writer, _, site in writer.add("Mean", site.inputs) },
    row(Maximum.self) { writer, _, site in writer.add("Max", site.inputs) },
    row(Minimum.self) { writer, _, site in writer.add("Min", site.inputs) },
    row(Concatenate.self) { writer, _, site in
      let rank = site.output.rank
      return writer.add(
        "Concat", site.inputs, [.integer("axis", ONNXGraphWriter.fileAxis(rank - 1, rank: rank))])
    },
    row(ActivationLayer.self) { writer, layer, site in
      writer.activated(site.input, layer.activation)
    },
    row(Softmax.self) { writer, _, site in writer.softmax(site.input, site.output) },
  ])
}

extension ONNXGraphWriter {
  /// Two at a time.
  fileprivate func folded(_ operation: String, _ values: [String]) -> String {
    values.dropFirst().reduce(values[0]) { add(operation, [$0, $1]) }
  }

  /// An activation of a value, in operators of version 18; later ones have some of them whole.
  func activated(_ x: String, _ activation: Activation) -> String {
    func op(_ name: String, _ attributes: ONNXAttributeProto..., of value: String? = nil) -> String
    {
      add(name, [value ?? x], attributes, part: name.lowercased())
    }
    func two(_ name: String, _ a: String, _ b: String) -> String {
      add(name, [a, b], part: name.lowercased())
    }
    func constant(_ value: Float) -> String { number(value, named: "constant") }
    func clipped(_ lower: Float?, _ upper: Float?) -> String {
      add(
        "Clip", [x, lower.map(constant) ?? ""] + (upper.map { [constant($0)] } ?? []), part: "clip")
    }
    switch activation {
    case .linear: return x
    case .relu: return op("Relu")
    case .relu6: return clipped(0, 6)
    case .leakyReLU(let slope): return op("LeakyRelu", .number("alpha", slope))
    case .elu(let alpha): return op("Elu", .number("alpha", alpha))
    case .sigmoid: return op("Sigmoid")
    case .tanh: return op("Tanh")
    case .swish: return two("Mul", x, op("Sigmoid"))
    case .hardSwish: return op("HardSwish")
    case .hardSigmoid(let slope, let offset):
      return op("HardSigmoid", .number("alpha", slope), .number("beta", offset))
    case .clip(let lower, let upper):
      let largest = Float.greatestFiniteMagnitude
      return clipped(lower <= -largest ? nil : lower, upper >= largest ? nil : upper)
    case .boundedReLU(let slope, let threshold, let limit):
      if slope == 0, threshold == 0 { return clipped(0, limit) }
      let above = two("Min", x, constant(limit))
      let below = two("Mul", two("Sub", x, constant(threshold)), constant(slope))
      return add("Where", [two("Greater", x, constant(threshold)), above, below], part: "where")
    case .selu:
      return op("Selu", .number("alpha", 1.673_263_2), .number("gamma", 1.050_701))
    case .celu(let alpha): return op("Celu", .number("alpha", alpha))
    case .gelu(isApproximate: false):
      let bell = op("Erf", of: two("Mul", x, constant(Float(0.5).squareRoot())))
      return two("Mul", two("Mul", x, two("Add", bell, constant(1))), constant(0.5))
    case .gelu(isApproximate: true):
      let cube = two("Mul", two("Mul", two("Mul", x, x), x), constant(0.044_715))
      let inner = two("Mul", two("Add", x, cube), constant(0.797_884_56))
      let bell = two("Add", op("Tanh", of: inner), constant(1))
      return two("Mul", two("Mul", x, bell), constant(0.5))
    case .mish: return two("Mul", x, op("Tanh", of: op("Softplus")))
    case .softplus: return op("Softplus")
    case .logSigmoid: return op("Neg", of: op("Softplus", of: op("Neg")))
    case .softsign: return op("Softsign")
    case .exponential: return op("Exp")
    case .squareplus(let b):
      let root = op("Sqrt", of: two("Add", two("Mul", x, x), constant(b)))
      return two("Mul", two("Add", x, root), constant(0.5))
    case .tanhShrink: return two("Sub", x, op("Tanh"))
    case .hardShrink(let bound):
      return op("Shrink", .number("lambd", bound), .number("bias", 0))
    case .softShrink(let bound):
      return op("Shrink", .number("lambd", bound), .number("bias", bound))
    case .threshold(let threshold, let value):
      if value == 0 { return op("ThresholdedRelu", .number("alpha", threshold)) }
      return add(
        "Where", [two("Greater", x, constant(threshold)), x, constant(value)], part: "where")
    case .sparsePlus:
      let middle = two("Add", clipped(-1, 1), constant(1))
      let square = two("Mul", two("Mul", middle, middle), constant(0.25))
      return two("Add", square, op("Relu", of: two("Sub", x, constant(1))))
    case .absolute: return op("Abs")
    case .power(let exponent, let scale, let shift):
      let line = two("Add", two("Mul", x, constant(scale)), constant(shift))
      return two("Pow", line, constant(exponent))
    }
  }
}
