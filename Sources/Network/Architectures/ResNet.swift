import Kernels

/// Residual networks (He et al., arXiv:1512.03385), with the stride on the 3×3 convolution of a
/// bottleneck. Names are torchvision's; what has none there is named after its block.
struct ResNet {
  /// Blocks of each of the four stages.
  let blocks: [Int]
  /// Blocks of 1×1, 3×3 and 1×1 instead of two 3×3.
  let isBottleneck: Bool

  private var expansion: Int { isBottleneck ? 4 : 1 }

  func builder(classes: Int) -> GraphBuilder {
    var builder = GraphBuilder()
    builder.addConvolution(
      "conv1", normalization: "bn1", filters: 64, window: Window(7, stride: 2, padding: .all(3)))
    builder.add("relu", ActivationLayer(.relu))
    builder.add("maxpool", MaxPooling2D(window: Window(3, stride: 2, padding: .all(1))))
    var channels = 64
    for (stage, count) in blocks.enumerated() {
      let width = 64 << stage
      for block in 0..<count {
        addBlock(
          "layer\(stage + 1).\(block)", to: &builder, channels: channels, width: width,
          stride: stage > 0 && block == 0 ? 2 : 1)
        channels = width * expansion
      }
    }
    builder.add("avgpool", GlobalAveragePooling2D())
    builder.add("fc", Dense(units: classes))
    return builder
  }

  private func addBlock(
    _ name: String, to builder: inout GraphBuilder, channels: Int, width: Int, stride: Int
  ) {
    let input = builder.last
    var shortcut = input
    if stride != 1 || channels != width * expansion {
      shortcut = builder.addConvolution(
        "\(name).downsample.0", normalization: "\(name).downsample.1",
        filters: width * expansion, window: Window(1, stride: stride), reading: input)
    }
    let windows =
      isBottleneck
      ? [Window(1), Window(3, stride: stride, padding: .all(1)), Window(1)]
      : [Window(3, stride: stride, padding: .all(1)), Window(3, padding: .all(1))]
    for (index, window) in windows.enumerated() {
      let isLast = index == windows.count - 1
      builder.addConvolution(
        "\(name).conv\(index + 1)", normalization: "\(name).bn\(index + 1)",
        filters: isLast ? width * expansion : width, window: window,
        reading: index == 0 ? input : nil)
      if !isLast { builder.add("\(name).relu\(index + 1)", ActivationLayer(.relu)) }
    }
    builder.add("\(name).add", Add(), reading: builder.last, shortcut)
    builder.add("\(name).relu", ActivationLayer(.relu))
  }
}
