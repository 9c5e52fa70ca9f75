import Kernels

/// An activation as Keras names it: of one value at a time, or a softmax over the last axis.
enum KerasActivation: Equatable {
  case elementwise(Activation)
  case softmax

  static let linear = KerasActivation.elementwise(.linear)

  /// The function of this name, with Keras' defaults.
  /// - Parameter major: major version of Keras; `hard_sigmoid` is another function since 3.
  init?(function name: String, major: Int) {
    switch name.lowercased() {
    case "linear": self = .linear
    case "relu": self = .elementwise(.relu)
    case "relu6": self = .elementwise(.relu6)
    case "leaky_relu", "leakyrelu": self = .elementwise(.leakyReLU(slope: 0.2))
    case "elu": self = .elementwise(.elu(alpha: 1))
    case "sigmoid": self = .elementwise(.sigmoid)
    case "tanh": self = .elementwise(.tanh)
    case "swish", "silu": self = .elementwise(.swish)
    case "hard_swish", "hard_silu": self = .elementwise(.hardSwish)
    case "hard_sigmoid":
      self = .elementwise(
        major >= 3
          ? .hardSigmoid(slope: 1 / 6, offset: 0.5) : .hardSigmoid(slope: 0.2, offset: 0.5))
    case "softmax": self = .softmax
    default: return nil
    }
  }

  static let functionNames =
    "linear, relu, relu6, leaky_relu, elu, sigmoid, tanh, silu, hard_silu, hard_sigmoid or softmax"

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
    case "LeakyReLU":
      self = .elementwise(.leakyReLU(slope: Float(try Self.slope(of: layer, default: 0.3))))
    case "ELU": self = .elementwise(.elu(alpha: Float(try layer.number("alpha", default: 1))))
    case "Softmax":
      try layer.requireLastAxis(rank: rank)
      self = .softmax
    default: return nil
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
    switch (limit, slope, threshold) {
    case (nil, 0, 0): return .relu
    case (nil, let slope, 0): return .leakyReLU(slope: Float(slope))
    case (6, 0, 0): return .relu6
    default:
      let limit = limit.map { JSONValue.number($0).description } ?? "none"
      throw layer.unexpected(
        "maximum \(limit), slope \(slope), threshold \(threshold)",
        expected: "a ReLU, a ReLU with maximum 6 or a leaky ReLU without maximum as parameters")
    }
  }
}
