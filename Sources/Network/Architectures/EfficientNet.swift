import Kernels

/// EfficientNet-B0 (Tan and Le, arXiv:1905.11946): MobileNet's blocks, each with a squeeze and
/// excitation. Blocks are never skipped at random, which both frameworks do in training.
struct EfficientNet {
  /// Widening factor, kernel, stride of the first block, channels out, blocks.
  private static let stages: [(factor: Int, kernel: Int, stride: Int, channels: Int, blocks: Int)] =
    [
      (1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3), (6, 5, 1, 112, 3),
      (6, 5, 2, 192, 4), (6, 3, 1, 320, 1),
    ]

  static let architectures: [Architecture] = [
    Architecture("efficientnet_b0", family: "EfficientNet", dialects: [.torchvision, .keras]) {
      EfficientNet().builder($0, classes: $1.classes)
    }
  ]

  func builder(_ dialect: Dialect, classes: Int?) -> ArchitectureBuilder {
    var builder = ArchitectureBuilder(dialect)
    builder.addConvolution(
      builder.name(keras: "stem_conv", torchvision: "features.0.0"),
      normalization: builder.name(keras: "stem_bn", torchvision: "features.0.1"), filters: 32,
      window: dialect.window(3, stride: 2))
    builder.add(
      builder.name(keras: "stem_activation", torchvision: "features.0.2"), ActivationLayer(.swish))
    var channels = 32
    for (number, stage) in Self.stages.enumerated() {
      for (index, letter) in "abcd".prefix(stage.blocks).enumerated() {
        let block = Block(
          dialect: dialect, keras: "block\(number + 1)\(letter)",
          torchvision: "features.\(number + 1).\(index).block", channels: channels,
          factor: stage.factor, output: stage.channels,
          window: dialect.window(stage.kernel, stride: index == 0 ? stage.stride : 1))
        block.add(to: &builder)
        channels = stage.channels
      }
    }
    builder.addConvolution(
      builder.name(keras: "top_conv", torchvision: "features.8.0"),
      normalization: builder.name(keras: "top_bn", torchvision: "features.8.1"), filters: 1280,
      window: Window(1))
    builder.add(
      builder.name(keras: "top_activation", torchvision: "features.8.2"), ActivationLayer(.swish))
    builder.add(
      builder.name(keras: "avg_pool", torchvision: "avgpool"), GlobalAveragePooling2D())
    guard let classes else { return builder }
    builder.add(
      builder.name(keras: "top_dropout", torchvision: "classifier.0"), Dropout(rate: 0.2))
    builder.addClassifier(
      builder.name(keras: "predictions", torchvision: "classifier.1"), classes)
    return builder
  }

  private struct Block {
    let dialect: Dialect
    let keras: String
    let torchvision: String
    let channels: Int
    let factor: Int
    let output: Int
    let window: Window

    private func name(_ ofKeras: String, _ ofTorchvision: String) -> String {
      dialect.choose(keras: "\(keras)_\(ofKeras)", torchvision: "\(torchvision).\(ofTorchvision)")
    }

    func add(to builder: inout ArchitectureBuilder) {
      let input = builder.last
      // torchvision counts the parts of a block; one that does not widen has one less.
      var part = 0
      if factor != 1 {
        builder.addConvolution(
          name("expand_conv", "0.0"), normalization: name("expand_bn", "0.1"),
          filters: channels * factor, window: Window(1))
        builder.add(name("expand_activation", "0.2"), ActivationLayer(.swish))
        part = 1
      }
      builder.addDepthwise(
        name("dwconv", "\(part).0"), normalization: name("bn", "\(part).1"), window: window)
      builder.add(name("activation", "\(part).2"), ActivationLayer(.swish))
      addExcitation(to: &builder, part: part + 1)
      builder.addConvolution(
        name("project_conv", "\(part + 2).0"), normalization: name("project_bn", "\(part + 2).1"),
        filters: output, window: Window(1))
      if window.strideHeight == 1, channels == output {
        builder.add(name("add", "add"), Add(), reading: builder.last, input)
      }
    }

    /// A factor for each channel, from the means of all channels.
    private func addExcitation(to builder: inout ArchitectureBuilder, part: Int) {
      let features = builder.last
      builder.add(
        name("se_squeeze", "\(part).avgpool"), GlobalAveragePooling2D(keepsDimensions: true))
      builder.add(
        name("se_reduce", "\(part).fc1"),
        Conv2D(
          filters: channels / 4, window: Window(1), activation: .swish,
          kernelInitialization: .heNormal))
      builder.add(
        name("se_expand", "\(part).fc2"),
        Conv2D(filters: channels * factor, window: Window(1), activation: .sigmoid))
      builder.add(
        name("se_excite", "\(part).excite"), Multiply(), reading: features, builder.last)
    }
  }
}
