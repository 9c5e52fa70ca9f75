import Kernels

/// MobileNetV2 (Sandler et al., arXiv:1801.04381): blocks that widen, filter each channel, and
/// narrow again. Names are Keras', sizes and padding torchvision's.
struct MobileNetV2 {
  /// Widening factor, channels out, blocks, and stride of the first of them.
  private static let stages: [(factor: Int, channels: Int, blocks: Int, stride: Int)] = [
    (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
    (6, 320, 1, 1),
  ]

  func builder(classes: Int) -> GraphBuilder {
    var builder = GraphBuilder()
    builder.addConvolution(
      "Conv1", normalization: "bn_Conv1", filters: 32,
      window: Window(3, stride: 2, padding: .all(1)))
    builder.add("Conv1_relu", ActivationLayer(.relu6))
    var channels = 32
    var number = 0
    for stage in Self.stages {
      for block in 0..<stage.blocks {
        addBlock(
          number == 0 ? "expanded_conv" : "block_\(number)", to: &builder, channels: channels,
          width: channels * stage.factor, output: stage.channels,
          stride: block == 0 ? stage.stride : 1)
        channels = stage.channels
        number += 1
      }
    }
    builder.addConvolution("Conv_1", normalization: "Conv_1_bn", filters: 1280, window: Window(1))
    builder.add("out_relu", ActivationLayer(.relu6))
    builder.add("global_average_pooling2d", GlobalAveragePooling2D())
    builder.add("dropout", Dropout(rate: 0.2))
    builder.add("predictions", Dense(units: classes))
    return builder
  }

  private func addBlock(
    _ name: String, to builder: inout GraphBuilder, channels: Int, width: Int, output: Int,
    stride: Int
  ) {
    let input = builder.last
    if width != channels {
      builder.addConvolution(
        "\(name)_expand", normalization: "\(name)_expand_BN", filters: width, window: Window(1))
      builder.add("\(name)_expand_relu", ActivationLayer(.relu6))
    }
    builder.addDepthwise(
      "\(name)_depthwise", normalization: "\(name)_depthwise_BN",
      window: Window(3, stride: stride, padding: .all(1)))
    builder.add("\(name)_depthwise_relu", ActivationLayer(.relu6))
    builder.addConvolution(
      "\(name)_project", normalization: "\(name)_project_BN", filters: output, window: Window(1))
    if stride == 1, channels == output {
      builder.add("\(name)_add", Add(), reading: input, builder.last)
    }
  }
}
