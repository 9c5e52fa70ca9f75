import Kernels

/// MobileNetV3 (Howard et al., arXiv:1905.02244): blocks of MobileNetV2, some with a squeeze and
/// excitation, and a last convolution behind the mean over all positions.
struct MobileNetV3 {
  enum Size { case small, large }

  let size: Size
  var scale = MobileScale()
  /// Without excitations, large kernels and hard swish.
  var isMinimal = false
  /// Whether timm has it with weights from TensorFlow.
  var isFromTensorFlow = false

  private static let small: [[MobileStack]] = [
    [.separable(16, stride: 2, isExcited: true, activation: .relu)],
    [
      .inverted(24, stride: 2, factor: 72.0 / 16, activation: .relu),
      .inverted(24, factor: 88.0 / 24, activation: .relu),
    ],
    [
      .inverted(40, kernel: 5, stride: 2, factor: 4, isExcited: true),
      .inverted(40, 2, kernel: 5, factor: 6, isExcited: true),
    ],
    [.inverted(48, 2, kernel: 5, factor: 3, isExcited: true)],
    [.inverted(96, 3, kernel: 5, stride: 2, factor: 6, isExcited: true)],
  ]

  private static let large: [[MobileStack]] = [
    [.separable(16, activation: .relu)],
    [
      .inverted(24, stride: 2, factor: 4, activation: .relu),
      .inverted(24, factor: 3, activation: .relu),
    ],
    [.inverted(40, 3, kernel: 5, stride: 2, factor: 3, isExcited: true, activation: .relu)],
    [
      .inverted(80, stride: 2, factor: 6), .inverted(80, factor: 2.5),
      .inverted(80, 2, factor: 2.3),
    ],
    [.inverted(112, 2, factor: 6, isExcited: true)],
    [.inverted(160, 3, kernel: 5, stride: 2, factor: 6, isExcited: true)],
  ]

  private var activation: Activation { isMinimal ? .relu : .hardSwish }

  private var stages: [[MobileStack]] {
    let stages = size == .small ? Self.small : Self.large
    guard isMinimal else { return stages }
    return stages.map { stacks in
      stacks.map { stack in
        var stack = stack
        stack.kernel = 3
        stack.isExcited = false
        return stack
      }
    }
  }

  func builder(_ dialect: Dialect, classes: Int?) -> ArchitectureBuilder {
    var builder = ArchitectureBuilder(
      dialect,
      normalization: dialect.choose(
        keras: BatchNormalization(epsilon: 1e-3, momentum: 0.999),
        torchvision: BatchNormalization(epsilon: 1e-3, momentum: 0.99),
        timm: BatchNormalization(epsilon: isFromTensorFlow ? 1e-3 : 1e-5, momentum: 0.9)))
    let network = network(dialect)
    let names = dialect.choose(
      keras: MobileNetwork.Names(
        stem: ConvolutionNames("conv", "conv_bn", "conv_relu"),
        head: ConvolutionNames("conv_1", "conv_1_bn", "conv_1_relu")),
      torchvision: .torchvision(features: network.blocks.count + 1), timm: .timm)
    network.addFeatures(to: &builder, names) { Self.blockNames($0, dialect) }
    switch dialect {
    case .keras: addKerasTop(to: &builder, classes)
    case .torchvision: addTorchvisionTop(to: &builder, classes)
    default: addTimmTop(to: &builder, classes)
    }
    return builder
  }

  private func network(_ dialect: Dialect) -> MobileNetwork {
    // A narrow network keeps the channels of its first convolution.
    let stem = scale.width < 0.75 ? 16 : scale.channels(16)
    var stages = stages
    // What the others count as a convolution after the blocks is timm's last block.
    let last = size == .small ? 576 : 960
    if dialect == .timm { stages.append([.plain(last)]) }
    return MobileNetwork(
      stem: stem,
      blocks: scale.blocks(stages, input: stem, activation: activation) { _, width in
        MobileScale.divisible(Double(width) / 4)
      },
      head: dialect == .timm ? nil : scale.channels(last), activation: activation,
      rules: MobileRules(
        padding: dialect == .keras || isFromTensorFlow ? .same : .symmetric,
        gate: .hardSigmoid(slope: 1 / 6, offset: 0.5), squeezeActivation: .relu))
  }

  /// Channels of the last layer but one.
  private var features: Int { size == .small ? 1024 : 1280 }

  private func addKerasTop(to builder: inout ArchitectureBuilder, _ classes: Int?) {
    guard let classes else {
      builder.add("avg_pool", GlobalAveragePooling2D())
      return
    }
    builder.add("global_average_pooling2d", GlobalAveragePooling2D(keepsDimensions: true))
    builder.add("conv_2", Conv2D(filters: features, window: Window(1)))
    builder.add("conv_2_relu", ActivationLayer(activation))
    builder.add("dropout", Dropout(rate: 0.2))
    builder.add("logits", Conv2D(filters: classes, window: Window(1)))
    builder.add("flatten", Flatten())
  }

  private func addTorchvisionTop(to builder: inout ArchitectureBuilder, _ classes: Int?) {
    builder.add("avgpool", GlobalAveragePooling2D())
    guard let classes else { return }
    builder.add("classifier.0", Dense(units: features))
    builder.add("classifier.1", ActivationLayer(activation))
    builder.add("classifier.2", Dropout(rate: 0.2))
    builder.addClassifier("classifier.3", classes)
  }

  private func addTimmTop(to builder: inout ArchitectureBuilder, _ classes: Int?) {
    builder.add("global_pool", GlobalAveragePooling2D(keepsDimensions: true))
    builder.add("conv_head", Conv2D(filters: features, window: Window(1)))
    builder.add("act2", ActivationLayer(activation))
    builder.add("flatten", Flatten())
    builder.addClassifier("classifier", classes)
  }

  private static func blockNames(
    _ block: MobileBlock, _ dialect: Dialect
  ) -> any MobileBlockNames {
    dialect.choose(
      keras: KerasMobileBlockNames(
        prefix: block.number == 0 ? "expanded_conv" : "expanded_conv_\(block.number)",
        normalization: "bn"),
      torchvision: SequentialBlockNames(prefix: "features.\(block.number + 1)"),
      timm: TimmBlockNames(block))
  }
}
