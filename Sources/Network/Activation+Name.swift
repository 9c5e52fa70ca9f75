import Kernels

extension Activation {
  /// The name that Keras gives it.
  package var name: String {
    switch self {
    case .linear: "linear"
    case .relu: "relu"
    case .relu6: "relu6"
    case .leakyReLU: "leaky_relu"
    case .elu: "elu"
    case .sigmoid: "sigmoid"
    case .tanh: "tanh"
    case .swish: "swish"
    case .hardSwish: "hard_swish"
    case .hardSigmoid: "hard_sigmoid"
    case .clip(-1, 1): "hard_tanh"
    case .clip: "clip"
    case .boundedReLU: "relu"
    case .selu: "selu"
    case .celu: "celu"
    case .gelu: "gelu"
    case .mish: "mish"
    case .softplus: "softplus"
    case .logSigmoid: "log_sigmoid"
    case .softsign: "softsign"
    case .exponential: "exponential"
    case .squareplus: "squareplus"
    case .tanhShrink: "tanh_shrink"
    case .hardShrink: "hard_shrink"
    case .softShrink: "soft_shrink"
    case .threshold: "threshold"
    case .sparsePlus: "sparse_plus"
    case .absolute: "abs"
    case .power: "power"
    }
  }

  /// What it adds to the description of the layer that it follows.
  var detailSuffix: String { self == .linear ? "" : " " + name }
}
