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
    }
  }

  /// What it adds to the description of the layer that it follows.
  var detailSuffix: String { self == .linear ? "" : " " + name }
}
