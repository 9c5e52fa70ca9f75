import JSON
import Kernels

/// An activation as Keras names it: of one value at a time, or a softmax over the last axis.
enum KerasActivation: Equatable {
  case elementwise(Activation)
  case softmax

  static let linear = KerasActivation.elementwise(.linear)

  /// The function of this name, with Keras' defaults.
  /// - Parameter major: major version of Keras; `hard_sigmoid` is another function since 3.
  init?(function name: String, major: Int) {
    // A function that a program registered goes by `Package>name`.
    let own = name.split(separator: ">").last.map(String.init) ?? name
    if own.lowercased() == "softmax" {
      self = .softmax
    } else if let function = Self.function(own.lowercased(), major: major) {
      self = .elementwise(function)
    } else {
      return nil
    }
  }

  private static func function(_ name: String, major: Int) -> Activation? {
    switch name {
    case "linear": .linear
    case "relu": .relu
    case "relu6": .relu6
    case "leaky_relu", "leakyrelu": .leakyReLU(slope: 0.2)
    case "elu": .elu(alpha: 1)
    case "selu": .selu
    case "celu": .celu(alpha: 1)
    case "gelu": .gelu(isApproximate: false)
    case "sigmoid": .sigmoid
    case "tanh": .tanh
    case "swish", "silu": .swish
    case "mish": .mish
    case "softplus": .softplus
    case "softsign": .softsign
    case "exponential", "exp": .exponential
    case "hard_swish", "hard_silu", "hardswish", "hardsilu": .hardSwish
    case "hard_sigmoid", "hardsigmoid":
      major >= 3 ? .hardSigmoid(slope: 1 / 6, offset: 0.5) : .hardSigmoid(slope: 0.2, offset: 0.5)
    case "hard_tanh", "hardtanh": .clip(lower: -1, upper: 1)
    case "hard_shrink", "hardshrink": .hardShrink(bound: 0.5)
    case "soft_shrink", "softshrink": .softShrink(bound: 0.5)
    case "tanh_shrink", "tanhshrink": .tanhShrink
    case "log_sigmoid", "logsigmoid": .logSigmoid
    case "squareplus": .squareplus(b: 4)
    case "sparse_plus", "sparseplus": .sparsePlus
    case "sparse_sigmoid", "sparsesigmoid": .hardSigmoid(slope: 0.5, offset: 0.5)
    default: nil
    }
  }

  static let functionNames =
    "linear, relu, relu6, leaky_relu, elu, selu, gelu, sigmoid, tanh, silu, hard_silu, "
    + "hard_sigmoid, mish, softplus, softsign, softmax or another that works on single values"

  /// The activation that another layer names under `activation`: a function, or a layer whole.
  init(of layer: KerasLayerConfiguration, major: Int, rank: Int) throws(UnexpectedContent) {
    guard let value = layer["activation"] else {
      self = .linear
      return
    }
    if let name = value.string ?? value["config"]?.string {
      guard let activation = KerasActivation(function: name, major: major) else {
        throw layer.unexpected("'\(name)'", expected: "\(Self.functionNames) as activation")
      }
      self = activation
      return
    }
    let inner = KerasLayerConfiguration(
      className: value["class_name"]?.string ?? "no class", name: layer.name,
      values: value["config"]?.object ?? [:])
    guard let activation = try KerasActivation(layer: inner, major: major, rank: rank) else {
      throw layer.unexpected(value.description, expected: "\(Self.functionNames) as activation")
    }
    self = activation
  }

  /// What an activation layer does; `nil` for a layer of another kind.
  init?(layer: KerasLayerConfiguration, major: Int, rank: Int) throws(UnexpectedContent) {
    switch layer.className {
    case "Activation":
      self = try KerasActivation(of: layer, major: major, rank: rank)
    case "ReLU": self = .elementwise(try Self.rectifier(layer))
    case "ThresholdedReLU":
      let threshold = try layer.number("theta", default: 1)
      self = .elementwise(.threshold(Float(threshold), value: 0))
    case "LeakyReLU":
      self = .elementwise(.leakyReLU(slope: Float(try Self.slope(of: layer, default: 0.3))))
    case "ELU": self = .elementwise(.elu(alpha: Float(try layer.number("alpha", default: 1))))
    case "Softmax":
      try layer.requireLastAxis(rank: rank)
      self = .softmax
    default: return nil
    }
  }

  /// What an operation does to each value: a function by its name, with settings where it takes
  /// some; `nil` where it is no activation.
  init?(operation name: String, settings: KerasLayerConfiguration, major: Int)
    throws(UnexpectedContent)
  {
    func setting(_ key: String, _ standard: Double) throws(UnexpectedContent) -> Float {
      Float(try settings.number(key, default: standard))
    }
    switch name {
    case "leaky_relu", "leakyrelu":
      let slope = try setting("negative_slope", Double(try setting("alpha", 0.2)))
      self = .elementwise(.leakyReLU(slope: slope))
    case "elu": self = .elementwise(.elu(alpha: try setting("alpha", 1)))
    case "celu": self = .elementwise(.celu(alpha: try setting("alpha", 1)))
    case "gelu":
      // An operation of Keras 3 approximates unless told otherwise, and always says.
      let isApproximate = try settings.flag("approximate", default: false)
      self = .elementwise(.gelu(isApproximate: isApproximate))
    case "hard_shrink", "hardshrink":
      self = .elementwise(.hardShrink(bound: try setting("threshold", 0.5)))
    case "soft_shrink", "softshrink":
      self = .elementwise(.softShrink(bound: try setting("threshold", 0.5)))
    case "squareplus": self = .elementwise(.squareplus(b: try setting("b", 4)))
    case "threshold":
      guard settings["threshold"] != nil else { return nil }
      let value = try setting("value", Double(try setting("default_value", 0)))
      self = .elementwise(.threshold(try setting("threshold", 0), value: value))
    default:
      guard let function = KerasActivation(function: name, major: major) else { return nil }
      self = function
    }
  }

  /// `alpha` until Keras 2, `negative_slope` since 3.
  private static func slope(of layer: KerasLayerConfiguration, default standard: Double)
    throws(UnexpectedContent) -> Double
  {
    try layer.number("negative_slope", default: try layer.number("alpha", default: standard))
  }

  private static func rectifier(_ layer: KerasLayerConfiguration) throws(UnexpectedContent)
    -> Activation
  {
    let slope = try slope(of: layer, default: 0)
    let threshold = try layer.number("threshold", default: 0)
    let limit = try layer["max_value"].map { _ throws(UnexpectedContent) in
      try layer.number("max_value", default: 0)
    }
    guard threshold >= 0, limit.map({ $0 >= 0 }) ?? true else {
      let limit = limit.map { JSONValue.number($0).description } ?? "none"
      throw layer.unexpected(
        "maximum \(limit), threshold \(threshold)",
        expected: "a maximum and a threshold of at least 0")
    }
    switch (limit, slope, threshold) {
    case (nil, 0, 0): return .relu
    case (nil, let slope, 0): return .leakyReLU(slope: Float(slope))
    case (6, 0, 0): return .relu6
    case (let limit?, 0, 0): return .clip(lower: 0, upper: Float(limit))
    case (let limit, let slope, let threshold):
      return .boundedReLU(
        slope: Float(slope), threshold: Float(threshold), limit: Float(limit ?? .infinity))
    }
  }
}
