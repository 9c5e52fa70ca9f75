import Kernels

/// Whose conventions a network of a known architecture follows: those of the framework that its
/// weights come from. Names, padding, ε, momentum and a few layers differ; the architecture does not.
package enum Dialect: String, CaseIterable, Sendable {
  /// Keras Applications.
  case keras
  case torchvision
  case timm
  /// The package `efficientnet_pytorch`, which has EfficientNets alone, and those made after it.
  case efficientNetPyTorch
  /// TF-slim: the networks of TensorFlow's `models/research/slim`, whose layers are called by their scopes.
  case slim

  /// Whether weights have PyTorch's names and layouts.
  package var isOfTorch: Bool {
    switch self {
    case .torchvision, .timm, .efficientNetPyTorch: true
    case .keras, .slim: false
    }
  }

  /// The one of several names, values or layers that is this dialect's; timm's, if not given, is
  /// torchvision's, as is that of dialects with few networks, and slim's is Keras': both are TensorFlow's.
  func choose<Value>(keras: Value, torchvision: Value, timm: Value? = nil, slim: Value? = nil)
    -> Value
  {
    switch self {
    case .keras: keras
    case .slim: slim ?? keras
    case .torchvision, .efficientNetPyTorch: torchvision
    case .timm: timm ?? torchvision
    }
  }

  /// Batch normalisation, of which Keras' and slim's architectures set ε and momentum one by one.
  ///
  /// torchvision's momentum of 0.1 weighs the new statistics.
  func normalization(
    kerasEpsilon: Float = 1e-3, kerasMomentum: Float = 0.99, slimEpsilon: Float = 1e-3,
    slimMomentum: Float = 0.9997
  ) -> BatchNormalization {
    choose(
      keras: BatchNormalization(epsilon: kerasEpsilon, momentum: kerasMomentum),
      torchvision: BatchNormalization(epsilon: 1e-5, momentum: 0.9),
      slim: BatchNormalization(epsilon: slimEpsilon, momentum: slimMomentum))
  }

  /// A window that keeps the size of an image, but for its stride: TensorFlow puts an odd zero at the
  /// end, Torch as many on both sides.
  func window(_ size: Int, stride: Int = 1) -> Window {
    Window(
      size, stride: stride,
      padding: size == 1 ? .valid : choose(keras: .same, torchvision: .all(size / 2)))
  }
}
