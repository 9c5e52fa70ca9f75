import Kernels

/// EfficientNet-B0 (Tan and Le, arXiv:1905.11946): MobileNet's blocks, each with a squeeze and
/// excitation. Names are Keras', sizes and padding torchvision's. Blocks are never skipped at
/// random, which both do in training.
struct EfficientNet {
  /// Widening factor, kernel, stride of the first block, channels out, blocks.
  private static let stages: [(factor: Int, kernel: Int, stride: Int, channels: Int, blocks: Int)] =
    [
      (1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3), (6, 5, 1, 112, 3),
      (6, 5, 2, 192, 4), (6, 3, 1, 320, 1),
    ]

  func builder(classes: Int) -> GraphBuilder {
    var builder = GraphBuilder()
    builder.addConvolution(
      "stem_conv", normalization: "stem_bn", filters: 32,
      window: Window(3, stride: 2, padding: .all(1)))
    builder.add("stem_activation", ActivationLayer(.swish))
    var channels = 32
    for (number, stage) in Self.stages.enumerated() {
      for (block, letter) in "abcd".prefix(stage.blocks).enumerated() {
        addBlock(
          "block\(number + 1)\(letter)", to: &builder, channels: channels, factor: stage.factor,
          output: stage.channels,
          window: Window(
            stage.kernel, stride: block == 0 ? stage.stride : 1, padding: .all(stage.kernel / 2)))
        channels = stage.channels
      }
    }
    builder.addConvolution("top_conv", normalization: "top_bn", filters: 1280, window: Window(1))
    builder.add("top_activation", ActivationLayer(.swish))
    builder.add("avg_pool", GlobalAveragePooling2D())
    builder.add("top_dropout", Dropout(rate: 0.2))
    builder.add("predictions", Dense(units: classes))
    return builder
  }

  private func addBlock(
    _ name: String, to builder: inout GraphBuilder, channels: Int, factor: Int, output: Int,
    window: Window
  ) {
    let input = builder.last
    let width = channels * factor
    if factor != 1 {
      builder.addConvolution(
        "\(name)_expand_conv", normalization: "\(name)_expand_bn", filters: width,
        window: Window(1))
      builder.add("\(name)_expand_activation", ActivationLayer(.swish))
    }
    builder.addDepthwise("\(name)_dwconv", normalization: "\(name)_bn", window: window)
    builder.add("\(name)_activation", ActivationLayer(.swish))
    addExcitation(name, to: &builder, width: width, squeezed: channels / 4)
    builder.addConvolution(
      "\(name)_project_conv", normalization: "\(name)_project_bn", filters: output,
      window: Window(1))
    if window.strideHeight == 1, channels == output {
      builder.add("\(name)_add", Add(), reading: builder.last, input)
    }
  }

  /// A factor for each channel, from the means of all channels.
  private func addExcitation(
    _ name: String, to builder: inout GraphBuilder, width: Int, squeezed: Int
  ) {
    let features = builder.last
    builder.add("\(name)_se_squeeze", GlobalAveragePooling2D(keepsDimensions: true))
    builder.add(
      "\(name)_se_reduce",
      Conv2D(
        filters: squeezed, window: Window(1), activation: .swish, kernelInitialization: .heNormal))
    builder.add(
      "\(name)_se_expand", Conv2D(filters: width, window: Window(1), activation: .sigmoid))
    builder.add("\(name)_se_excite", Multiply(), reading: features, builder.last)
  }
}
