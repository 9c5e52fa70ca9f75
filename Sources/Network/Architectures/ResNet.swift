import Kernels

/// Residual networks (He et al., arXiv:1512.03385). A bottleneck has its stride on the 3×3
/// convolution in torchvision, on the first 1×1 in Keras, whose convolutions have biases too. What
/// has no name in torchvision is named after its block.
struct ResNet {
  /// Blocks of each of the four stages.
  let blocks: [Int]
  /// Blocks of 1×1, 3×3 and 1×1 instead of two 3×3, which Keras does not have.
  let isBottleneck: Bool

  static let architectures: [Architecture] = [
    member("resnet18", [2, 2, 2, 2], isBottleneck: false),
    member("resnet34", [3, 4, 6, 3], isBottleneck: false),
    member("resnet50", [3, 4, 6, 3], dialects: [.torchvision, .keras]),
  ]

  private static func member(
    _ name: String, _ blocks: [Int], isBottleneck: Bool = true, dialects: [Dialect] = [.torchvision]
  ) -> Architecture {
    Architecture(name, family: "ResNet", dialects: dialects) {
      ResNet(blocks: blocks, isBottleneck: isBottleneck).builder($0, classes: $1.classes)
    }
  }

  private var expansion: Int { isBottleneck ? 4 : 1 }

  func builder(_ dialect: Dialect, classes: Int?) -> ArchitectureBuilder {
    var builder = ArchitectureBuilder(
      dialect, normalization: dialect.normalization(kerasEpsilon: 1.001e-5))
    builder.addConvolution(
      builder.name(keras: "conv1_conv", torchvision: "conv1"),
      normalization: builder.name(keras: "conv1_bn", torchvision: "bn1"), filters: 64,
      window: Window(7, stride: 2, padding: .all(3)), hasBias: dialect == .keras)
    builder.add(
      builder.name(keras: "conv1_relu", torchvision: "relu"), ActivationLayer(.relu))
    // Keras puts zeros around what a rectifier gave, which no maximum can tell from nothing.
    builder.add(
      builder.name(keras: "pool1_pool", torchvision: "maxpool"),
      MaxPooling2D(window: Window(3, stride: 2, padding: .all(1))))
    var channels = 64
    for (stage, count) in blocks.enumerated() {
      let width = 64 << stage
      for block in 0..<count {
        let names = BlockNames(dialect: dialect, stage: stage, block: block)
        addBlock(
          names, to: &builder, channels: channels, width: width,
          stride: stage > 0 && block == 0 ? 2 : 1)
        channels = width * expansion
      }
    }
    builder.add(
      builder.name(keras: "avg_pool", torchvision: "avgpool"), GlobalAveragePooling2D())
    builder.addClassifier(builder.name(keras: "predictions", torchvision: "fc"), classes)
    return builder
  }

  private struct BlockNames {
    let dialect: Dialect
    let stage: Int
    let block: Int

    private func name(_ keras: String, _ torchvision: String) -> String {
      dialect.choose(
        keras: "conv\(stage + 2)_block\(block + 1)_\(keras)",
        torchvision: "layer\(stage + 1).\(block).\(torchvision)")
    }

    /// Numbers from 1.
    func convolution(_ number: Int) -> String { name("\(number)_conv", "conv\(number)") }
    func normalization(_ number: Int) -> String { name("\(number)_bn", "bn\(number)") }
    func activation(_ number: Int) -> String { name("\(number)_relu", "relu\(number)") }
    var shortcut: String { name("0_conv", "downsample.0") }
    var shortcutNormalization: String { name("0_bn", "downsample.1") }
    var sum: String { name("add", "add") }
    var output: String { name("out", "relu") }
  }

  private func addBlock(
    _ names: BlockNames, to builder: inout ArchitectureBuilder, channels: Int, width: Int,
    stride: Int
  ) {
    let input = builder.last
    let hasBias = builder.dialect == .keras
    var shortcut = input
    // Torch has a convolution where sizes differ; so has Keras, whose first blocks are all such.
    if stride != 1 || channels != width * expansion {
      shortcut = builder.addConvolution(
        names.shortcut, normalization: names.shortcutNormalization, filters: width * expansion,
        window: Window(1, stride: stride), hasBias: hasBias, reading: input)
    }
    let strides = builder.dialect.choose(keras: [stride, 1], torchvision: [1, stride])
    let windows =
      isBottleneck
      ? [
        Window(1, stride: strides[0]), Window(3, stride: strides[1], padding: .all(1)), Window(1),
      ]
      : [Window(3, stride: stride, padding: .all(1)), Window(3, padding: .all(1))]
    for (index, window) in windows.enumerated() {
      let isLast = index == windows.count - 1
      builder.addConvolution(
        names.convolution(index + 1), normalization: names.normalization(index + 1),
        filters: isLast ? width * expansion : width, window: window, hasBias: hasBias,
        reading: index == 0 ? input : nil)
      if !isLast { builder.add(names.activation(index + 1), ActivationLayer(.relu)) }
    }
    builder.add(names.sum, Add(), reading: builder.last, shortcut)
    builder.add(names.output, ActivationLayer(.relu))
  }
}
