import Kernels

/// Densely connected networks (Huang et al., arXiv:1608.06993): each layer reads what all those before
/// it in its block gave.
struct DenseNet {
  /// Layers of each block.
  let layers: [Int]
  /// Channels that each layer adds.
  var growth = 32
  /// Filters of the first convolution.
  var stem = 64

  static let architectures: [Architecture] = [
    member("densenet121", DenseNet(layers: [6, 12, 24, 16])),
    member(
      "densenet161", DenseNet(layers: [6, 12, 36, 24], growth: 48, stem: 96),
      dialects: [.torchvision, .timm]),
    member("densenet169", DenseNet(layers: [6, 12, 32, 32])),
    member("densenet201", DenseNet(layers: [6, 12, 48, 32])),
  ]

  private static func member(
    _ name: String, _ network: DenseNet, dialects: [Dialect] = [.torchvision, .keras, .timm]
  ) -> Architecture {
    Architecture(name, family: "DenseNet", dialects: dialects) {
      network.builder($0, classes: $1.classes)
    }
  }

  func builder(_ dialect: Dialect, classes: Int?) -> ArchitectureBuilder {
    var builder = ArchitectureBuilder(
      dialect, normalization: dialect.normalization(kerasEpsilon: 1.001e-5))
    builder.addConvolution(
      builder.name(keras: "conv1_conv", torchvision: "features.conv0"),
      normalization: builder.name(keras: "conv1_bn", torchvision: "features.norm0"), filters: stem,
      window: Window(7, stride: 2, padding: .all(3)))
    builder.add(
      builder.name(keras: "conv1_relu", torchvision: "features.relu0"), ActivationLayer(.relu))
    // Keras puts zeros around what a rectifier gave, which no maximum can tell from nothing.
    builder.add(
      builder.name(keras: "pool1", torchvision: "features.pool0"),
      MaxPooling2D(window: Window(3, stride: 2, padding: .all(1))))
    var channels = stem
    for (block, count) in layers.enumerated() {
      for layer in 1...count { addLayer(layer, of: block, to: &builder) }
      channels += count * growth
      if block != layers.count - 1 {
        channels /= 2
        addTransition(after: block, to: &builder, filters: channels)
      }
    }
    builder.add(
      builder.name(keras: "bn", torchvision: "features.norm5"), builder.normalization)
    builder.add(
      builder.name(keras: "relu", torchvision: "features.relu5"), ActivationLayer(.relu))
    builder.add(
      builder.name(keras: "avg_pool", torchvision: "avgpool", timm: "global_pool"),
      GlobalAveragePooling2D())
    builder.addClassifier(
      builder.name(keras: "predictions", torchvision: "classifier"), classes)
    return builder
  }

  /// - Parameters:
  ///   - layer: from 1.
  ///   - block: from 0.
  private func addLayer(_ layer: Int, of block: Int, to builder: inout ArchitectureBuilder) {
    let input = builder.last
    let dialect = builder.dialect
    func name(_ keras: String, _ torchvision: String) -> String {
      dialect.choose(
        keras: "conv\(block + 2)_block\(layer)_\(keras)",
        torchvision: "features.denseblock\(block + 1).denselayer\(layer).\(torchvision)")
    }
    builder.add(name("0_bn", "norm1"), builder.normalization)
    builder.add(name("0_relu", "relu1"), ActivationLayer(.relu))
    builder.addConvolution(
      name("1_conv", "conv1"), normalization: name("1_bn", "norm2"), filters: 4 * growth,
      window: Window(1))
    builder.add(name("1_relu", "relu2"), ActivationLayer(.relu))
    builder.add(
      name("2_conv", "conv2"),
      Conv2D(
        filters: growth, window: Window(3, padding: .all(1)), hasBias: false,
        kernelInitialization: .heNormal))
    builder.add(name("concat", "concat"), Concatenate(), reading: input, builder.last)
  }

  /// - Parameter block: from 0.
  private func addTransition(
    after block: Int, to builder: inout ArchitectureBuilder, filters: Int
  ) {
    let dialect = builder.dialect
    func name(_ keras: String, _ torchvision: String) -> String {
      dialect.choose(
        keras: "pool\(block + 2)_\(keras)",
        torchvision: "features.transition\(block + 1).\(torchvision)")
    }
    builder.add(name("bn", "norm"), builder.normalization)
    builder.add(name("relu", "relu"), ActivationLayer(.relu))
    builder.add(
      name("conv", "conv"),
      Conv2D(
        filters: filters, window: Window(1), hasBias: false, kernelInitialization: .heNormal))
    builder.add(name("pool", "pool"), AveragePooling2D(window: Window(2, stride: 2)))
  }
}
