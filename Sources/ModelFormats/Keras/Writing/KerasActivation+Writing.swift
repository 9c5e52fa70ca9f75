import JSON
import Kernels
import Network

extension KerasActivation {
  /// The layers that are an activation: a name that Keras knows, a layer with settings, or an operation.
  static func written(_ activation: Activation) -> [KerasWrittenLayer] {
    if let name = functionName(activation) {
      return [
        KerasWrittenLayer(className: "Activation", configuration: ["activation": .string(name)])
      ]
    }
    switch activation {
    case .leakyReLU(let slope): return [layer("LeakyReLU", ["negative_slope": .single(slope)])]
    case .elu(let alpha): return [layer("ELU", ["alpha": .single(alpha)])]
    case .boundedReLU(let slope, let threshold, let limit):
      return [
        layer(
          "ReLU",
          [
            "max_value": limit.isFinite ? .single(limit) : .null, "negative_slope": .single(slope),
            "threshold": .single(threshold),
          ])
      ]
    case .clip(let lower, let upper): return clip(lower, upper)
    case .hardSigmoid(let slope, let offset):
      let scaled = KerasWrittenLayer(
        suffix: "_scaled", className: "Rescaling",
        configuration: ["scale": .single(slope), "offset": .single(offset)])
      return [scaled] + clip(0, 1)
    case .celu(let alpha): return [operation("Celu", ["alpha": .single(alpha)])]
    case .gelu(let isApproximate):
      return [operation("Gelu", ["approximate": .bool(isApproximate)])]
    case .squareplus(let b): return [operation("Squareplus", ["b": .single(b)])]
    case .hardShrink(let bound): return [operation("HardShrink", ["threshold": .single(bound)])]
    case .softShrink(let bound): return [operation("SoftShrink", ["threshold": .single(bound)])]
    case .threshold(let threshold, let value):
      return [
        operation("Threshold", ["threshold": .single(threshold), "default_value": .single(value)])
      ]
    case .absolute:
      return [KerasWrittenLayer(className: "Absolute", module: "keras.src.ops.numpy")]
    case .power(let exponent, let scale, let shift):
      let scaled = KerasWrittenLayer(
        suffix: "_scaled", className: "Rescaling",
        configuration: ["scale": .single(scale), "offset": .single(shift)])
      let power = KerasWrittenLayer(
        className: "Power", module: "keras.src.ops.numpy", arguments: [.single(exponent)])
      return scale == 1 && shift == 0 ? [power] : [scaled, power]
    default: preconditionFailure("\(activation) has a name")
    }
  }

  private static func clip(_ lower: Float, _ upper: Float) -> [KerasWrittenLayer] {
    switch (lower, upper) {
    case (0, let upper) where upper.isFinite: [layer("ReLU", ["max_value": .single(upper)])]
    case (-.infinity, let upper): [bound("Minimum", upper)]
    case (let lower, .infinity): [bound("Maximum", lower)]
    default:
      [
        KerasWrittenLayer(
          className: "Clip", module: "keras.src.ops.numpy",
          configuration: ["x_min": .single(lower), "x_max": .single(upper)])
      ]
    }
  }

  private static func bound(_ className: String, _ value: Float) -> KerasWrittenLayer {
    KerasWrittenLayer(
      className: className, module: "keras.src.ops.numpy", arguments: [.single(value)])
  }

  private static func layer(_ className: String, _ settings: [String: JSONValue])
    -> KerasWrittenLayer
  {
    KerasWrittenLayer(className: className, configuration: settings)
  }

  private static func operation(_ className: String, _ settings: [String: JSONValue])
    -> KerasWrittenLayer
  {
    KerasWrittenLayer(className: className, module: "keras.src.ops.nn", configuration: settings)
  }

  /// What Keras 3 calls the function; `nil` where no name says all of it.
  static func functionName(_ activation: Activation) -> String? {
    switch activation {
    case .linear: "linear"
    case .relu: "relu"
    case .relu6: "relu6"
    case .elu(1): "elu"
    case .selu: "selu"
    case .celu(1): "celu"
    case .gelu(isApproximate: false): "gelu"
    case .sigmoid: "sigmoid"
    case .tanh: "tanh"
    case .swish: "silu"
    case .mish: "mish"
    case .softplus: "softplus"
    case .softsign: "softsign"
    case .exponential: "exponential"
    case .hardSwish: "hard_silu"
    case .hardSigmoid(slope: 1 / 6, offset: 0.5): "hard_sigmoid"
    case .hardSigmoid(slope: 0.5, offset: 0.5): "sparse_sigmoid"
    case .clip(lower: -1, upper: 1): "hard_tanh"
    case .hardShrink(0.5): "hard_shrink"
    case .softShrink(0.5): "soft_shrink"
    case .tanhShrink: "tanh_shrink"
    case .logSigmoid: "log_sigmoid"
    case .squareplus(4): "squareplus"
    case .sparsePlus: "sparse_plus"
    default: nil
    }
  }
}

extension Activation {
  /// Whether nothing that it gives is below 0.
  var isNonNegative: Bool {
    switch self {
    case .relu, .relu6, .absolute, .sigmoid, .hardSigmoid, .exponential, .softplus, .squareplus,
      .sparsePlus:
      true
    case .clip(let lower, _): lower >= 0
    case .boundedReLU(let slope, let threshold, _): slope == 0 && threshold >= 0
    case .threshold(let threshold, let value): threshold >= 0 && value >= 0
    default: false
    }
  }
}

extension KerasLayerWriting {
  /// A layer with weights and its activation: in it where a name says all, else behind it.
  func activated(_ layer: Written, _ activation: Activation) -> [Written] {
    var layer = layer
    if let name = KerasActivation.functionName(activation) {
      layer.configuration["activation"] = .string(name)
      return [layer]
    }
    let behind = KerasActivation.written(activation).map { layer in
      var layer = layer
      layer.suffix = "_activation" + layer.suffix
      return layer
    }
    return [layer] + behind
  }
}
