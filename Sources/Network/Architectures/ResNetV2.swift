import Kernels

/// Residual networks whose blocks normalise and rectify first (He et al., arXiv:1603.05027), as Keras
/// Applications has them: the last block of a stage, and not the first of the next, makes images
/// smaller, but for the last stage.
struct ResNetV2 {
  /// Blocks of each of the four stages.
  let blocks: [Int]

  static let architectures: [Architecture] = [
    ("resnet50v2", [3, 4, 6, 3]), ("resnet101v2", [3, 4, 23, 3]), ("resnet152v2", [3, 8, 36, 3]),
  ].map { name, blocks in
    Architecture(name, family: "ResNetV2", dialects: [.keras]) {
      ResNetV2(blocks: blocks).builder(classes: $1.classes)
    }
  }

  func builder(classes: Int?) -> ArchitectureBuilder {
    var builder = ArchitectureBuilder(
      .keras, normalization: Dialect.keras.normalization(kerasEpsilon: 1.001e-5))
    builder.add(
      "conv1_conv",
      Self.convolution(64, Window(7, stride: 2, padding: .all(3)), hasBias: true))
    // Nothing is rectified yet: the zeros around are values among others.
    builder.add("pool1_pad", ZeroPadding2D(.uniform(1)))
    builder.add("pool1_pool", MaxPooling2D(window: Window(3, stride: 2)))
    for (stage, count) in blocks.enumerated() {
      let isLastStage = stage == blocks.count - 1
      for block in 0..<count {
        Self.addBlock(
          "conv\(stage + 2)_block\(block + 1)", to: &builder, width: 64 << stage,
          stride: block == count - 1 && !isLastStage ? 2 : 1, isFirst: block == 0)
      }
    }
    builder.add("post_bn", builder.normalization)
    builder.add("post_relu", ActivationLayer(.relu))
    builder.add("avg_pool", GlobalAveragePooling2D())
    builder.addClassifier("predictions", classes)
    return builder
  }

  private static func addBlock(
    _ name: String, to builder: inout ArchitectureBuilder, width: Int, stride: Int, isFirst: Bool
  ) {
    let input = builder.last
    builder.add("\(name)_preact_bn", builder.normalization)
    let rectified = builder.add("\(name)_preact_relu", ActivationLayer(.relu))
    var shortcut = input
    if isFirst {
      shortcut = builder.add(
        "\(name)_0_conv", convolution(4 * width, Window(1, stride: stride), hasBias: true))
    } else if stride != 1 {
      shortcut = builder.add(
        "\(name)_0_pool", MaxPooling2D(window: Window(1, stride: stride)), reading: input)
    }
    builder.add("\(name)_1_conv", convolution(width, Window(1)), reading: rectified)
    builder.add("\(name)_1_bn", builder.normalization)
    builder.add("\(name)_1_relu", ActivationLayer(.relu))
    builder.add(
      "\(name)_2_conv", convolution(width, Window(3, stride: stride, padding: .all(1))))
    builder.add("\(name)_2_bn", builder.normalization)
    builder.add("\(name)_2_relu", ActivationLayer(.relu))
    builder.add("\(name)_3_conv", convolution(4 * width, Window(1), hasBias: true))
    builder.add("\(name)_out", Add(), reading: shortcut, builder.last)
  }

  private static func convolution(_ filters: Int, _ window: Window, hasBias: Bool = false) -> Conv2D
  {
    Conv2D(
      filters: filters, window: window, hasBias: hasBias, kernelInitialization: .heNormal)
  }
}
