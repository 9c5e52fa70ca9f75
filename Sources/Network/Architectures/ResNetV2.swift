import Kernels

/// Residual networks whose blocks normalise and rectify first (He et al., arXiv:1603.05027), as Keras
/// Applications and slim have them: the last block of a stage, and not the first of the next, makes
/// images smaller, but for the last stage.
struct ResNetV2 {
  /// Blocks of each of the four stages.
  let blocks: [Int]

  static let architectures: [Architecture] = [
    ("50", [3, 4, 6, 3]), ("101", [3, 4, 23, 3]), ("152", [3, 8, 36, 3]),
  ].map { depth, blocks in
    Architecture(
      "resnet\(depth)v2", family: "ResNetV2", dialects: [.keras, .slim],
      names: [.slim: "resnet_v2_\(depth)"], edges: [.slim: 299]
    ) {
      ResNetV2(blocks: blocks).builder($0, classes: $1.classes)
    }
  }

  func builder(_ dialect: Dialect, classes: Int?) -> ArchitectureBuilder {
    var builder = ArchitectureBuilder(
      dialect,
      normalization: dialect.normalization(
        kerasEpsilon: 1.001e-5, slimEpsilon: 1e-5, slimMomentum: 0.997))
    builder.add(
      dialect == .slim ? "conv1" : "conv1_conv",
      Self.convolution(64, Window(7, stride: 2, padding: .all(3)), hasBias: true))
    // Nothing is rectified yet: zeros around are values among others, and slim has none.
    if dialect != .slim { builder.add("pool1_pad", ZeroPadding2D(.uniform(1))) }
    builder.add(
      dialect == .slim ? "pool1" : "pool1_pool",
      MaxPooling2D(window: Window(3, stride: 2, padding: dialect == .slim ? .same : .valid)))
    for (stage, count) in blocks.enumerated() {
      let isLastStage = stage == blocks.count - 1
      for block in 0..<count {
        Self.addBlock(
          BlockNames(dialect, stage: stage, block: block), to: &builder, width: 64 << stage,
          stride: block == count - 1 && !isLastStage ? 2 : 1, isFirst: block == 0)
      }
    }
    builder.add(dialect == .slim ? "postnorm" : "post_bn", builder.normalization)
    builder.add(
      dialect == .slim ? SlimNames.activation(of: "postnorm") : "post_relu", ActivationLayer(.relu))
    builder.add(dialect == .slim ? "pool5" : "avg_pool", GlobalAveragePooling2D())
    builder.addClassifier(dialect == .slim ? "logits" : "predictions", classes)
    return builder
  }

  private static func addBlock(
    _ names: BlockNames, to builder: inout ArchitectureBuilder, width: Int, stride: Int,
    isFirst: Bool
  ) {
    let input = builder.last
    builder.add(names.preactivation, builder.normalization)
    let rectified = builder.add(names.preactivationRectifier, ActivationLayer(.relu))
    var shortcut = input
    if isFirst {
      shortcut = builder.add(
        names.shortcut, convolution(4 * width, Window(1, stride: stride), hasBias: true))
    } else if stride != 1 {
      shortcut = builder.add(
        names.pooling, MaxPooling2D(window: Window(1, stride: stride)), reading: input)
    }
    let windows = [Window(1), Window(3, stride: stride, padding: .all(1))]
    for (index, window) in windows.enumerated() {
      let number = index + 1
      builder.add(
        names.convolution(number), convolution(width, window),
        reading: index == 0 ? rectified : builder.last)
      builder.add(names.normalization(number), builder.normalization)
      builder.add(names.activation(number), ActivationLayer(.relu))
    }
    builder.add(names.convolution(3), convolution(4 * width, Window(1), hasBias: true))
    builder.add(names.sum, Add(), reading: shortcut, builder.last)
  }

  private static func convolution(_ filters: Int, _ window: Window, hasBias: Bool = false) -> Conv2D
  {
    Conv2D(
      filters: filters, window: window, hasBias: hasBias, kernelInitialization: .heNormal)
  }

  /// What the dialects call the layers of a block.
  private struct BlockNames {
    private let isSlim: Bool
    private let scope: String

    init(_ dialect: Dialect, stage: Int, block: Int) {
      isSlim = dialect == .slim
      scope =
        isSlim
        ? "block\(stage + 1)/unit_\(block + 1)/bottleneck_v2/"
        : "conv\(stage + 2)_block\(block + 1)_"
    }

    private func name(_ keras: String, _ slim: String) -> String {
      scope + (isSlim ? slim : keras)
    }

    var preactivation: String { name("preact_bn", "preact") }
    var preactivationRectifier: String {
      name("preact_relu", SlimNames.activation(of: "preact"))
    }
    var shortcut: String { name("0_conv", "shortcut") }
    var pooling: String { name("0_pool", "shortcut") }
    var sum: String { name("out", "add") }

    /// Numbers from 1.
    func convolution(_ number: Int) -> String { name("\(number)_conv", "conv\(number)") }

    func normalization(_ number: Int) -> String {
      name("\(number)_bn", SlimNames.normalization(of: "conv\(number)"))
    }

    func activation(_ number: Int) -> String {
      name("\(number)_relu", SlimNames.activation(of: "conv\(number)"))
    }
  }
}
