import Kernels

/// MobileNetV2 (Sandler et al., arXiv:1801.04381): blocks that widen, filter each channel, and
/// narrow again. torchvision drops out before the last layer.
struct MobileNetV2 {
  /// Widening factor, channels out, blocks, and stride of the first of them.
  private static let stages: [(factor: Int, channels: Int, blocks: Int, stride: Int)] = [
    (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
    (6, 320, 1, 1),
  ]

  static let architectures: [Architecture] = [
    Architecture("mobilenet_v2", family: "MobileNetV2", dialects: [.torchvision, .keras]) {
      MobileNetV2().builder($0, classes: $1.classes)
    }
  ]

  func builder(_ dialect: Dialect, classes: Int?) -> ArchitectureBuilder {
    var builder = ArchitectureBuilder(
      dialect, normalization: dialect.normalization(kerasMomentum: 0.999))
    builder.addConvolution(
      builder.name(keras: "Conv1", torchvision: "features.0.0"),
      normalization: builder.name(keras: "bn_Conv1", torchvision: "features.0.1"), filters: 32,
      window: dialect.window(3, stride: 2))
    builder.add(
      builder.name(keras: "Conv1_relu", torchvision: "features.0.2"), ActivationLayer(.relu6))
    var channels = 32
    var number = 0
    for stage in Self.stages {
      for block in 0..<stage.blocks {
        addBlock(
          number, to: &builder, channels: channels, width: channels * stage.factor,
          output: stage.channels, stride: block == 0 ? stage.stride : 1)
        channels = stage.channels
        number += 1
      }
    }
    builder.addConvolution(
      builder.name(keras: "Conv_1", torchvision: "features.18.0"),
      normalization: builder.name(keras: "Conv_1_bn", torchvision: "features.18.1"),
      filters: 1280, window: Window(1))
    builder.add(
      builder.name(keras: "out_relu", torchvision: "features.18.2"), ActivationLayer(.relu6))
    builder.add(
      builder.name(keras: "global_average_pooling2d", torchvision: "avgpool"),
      GlobalAveragePooling2D())
    guard let classes else { return builder }
    if dialect == .torchvision { builder.add("classifier.0", Dropout(rate: 0.2)) }
    builder.addClassifier(
      builder.name(keras: "predictions", torchvision: "classifier.1"), classes)
    return builder
  }

  private func addBlock(
    _ number: Int, to builder: inout ArchitectureBuilder, channels: Int, width: Int, output: Int,
    stride: Int
  ) {
    let input = builder.last
    let dialect = builder.dialect
    let keras = number == 0 ? "expanded_conv" : "block_\(number)"
    let torch = "features.\(number + 1)"
    func name(_ ofKeras: String, _ ofTorch: String) -> String {
      dialect.choose(keras: "\(keras)_\(ofKeras)", torchvision: "\(torch).\(ofTorch)")
    }
    // Torch counts the parts of a block; one that does not widen has one less.
    var part = 0
    if width != channels {
      builder.addConvolution(
        name("expand", "conv.0.0"), normalization: name("expand_BN", "conv.0.1"), filters: width,
        window: Window(1))
      builder.add(name("expand_relu", "conv.0.2"), ActivationLayer(.relu6))
      part = 1
    }
    builder.addDepthwise(
      name("depthwise", "conv.\(part).0"), normalization: name("depthwise_BN", "conv.\(part).1"),
      window: dialect.window(3, stride: stride))
    builder.add(name("depthwise_relu", "conv.\(part).2"), ActivationLayer(.relu6))
    builder.addConvolution(
      name("project", "conv.\(part + 1)"), normalization: name("project_BN", "conv.\(part + 2)"),
      filters: output, window: Window(1))
    if stride == 1, channels == output {
      builder.add(name("add", "add"), Add(), reading: input, builder.last)
    }
  }
}
