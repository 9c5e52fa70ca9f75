/// How TF-slim calls what it puts around a layer: all that belongs to one stands in its scope.
enum SlimNames {
  /// Of the batch normalisation behind a convolution.
  static func normalization(of layer: String) -> String { "\(layer)/BatchNorm" }

  /// Of the rectifier behind that.
  static func activation(of layer: String) -> String { "\(layer)/Relu" }

  /// Of a convolution with its normalisation and a rectifier up to 6.
  static func convolution(_ layer: String) -> ConvolutionNames {
    ConvolutionNames(layer, normalization(of: layer), "\(layer)/Relu6")
  }
}
