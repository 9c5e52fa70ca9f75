import Kernels

/// MobileNet (Howard et al., arXiv:1704.04861): filters of single channels and 1×1 convolutions in
/// turn. Keras' classifier is a convolution; so is slim's, which is a dense layer here.
struct MobileNetV1 {
  var width = 1.0
  /// Channels of timm's convolution after the blocks, where there is one.
  var head: Int?

  private static let stages: [[MobileStack]] = [
    [stack(64)], [stack(128, 2)], [stack(256, 2)], [stack(512, 6)], [stack(1024, 2)],
  ]

  private static func stack(_ channels: Int, _ blocks: Int = 1) -> MobileStack {
    MobileStack(
      kind: .separable, stride: channels == 64 ? 1 : 2, channels: channels, blocks: blocks,
      isOutputActivated: true, isResidual: false)
  }

  static let architectures: [Architecture] =
    [("025", 0.25), ("050", 0.5), ("075", 0.75)].map { name, width in
      Architecture(
        "mobilenetv1_\(name)", family: "MobileNetV1", dialects: [.keras, .slim],
        names: [.slim: "mobilenet_v1_\(name)"]
      ) {
        MobileNetV1(width: width).builder($0, classes: $1.classes)
      }
    } + [
      Architecture(
        "mobilenetv1_100", family: "MobileNetV1", dialects: [.timm, .keras, .slim],
        names: [.keras: "MobileNet", .slim: "mobilenet_v1"]
      ) { MobileNetV1().builder($0, classes: $1.classes) },
      Architecture("mobilenetv1_100h", family: "MobileNetV1", dialects: [.timm]) {
        MobileNetV1(head: 1024).builder($0, classes: $1.classes)
      },
      Architecture("mobilenetv1_125", family: "MobileNetV1", dialects: [.timm]) {
        MobileNetV1(width: 1.25).builder($0, classes: $1.classes)
      },
    ]

  func builder(_ dialect: Dialect, classes: Int?) -> ArchitectureBuilder {
    var builder = ArchitectureBuilder(dialect)
    let scale = MobileScale(width: width)
    let stem = scale.channels(32)
    let network = MobileNetwork(
      stem: stem, blocks: scale.blocks(Self.stages, input: stem, activation: .relu6), head: head,
      activation: .relu6,
      rules: dialect.choose(
        keras: MobileRules(padding: .atEnd), torchvision: .timm, slim: MobileRules(padding: .same)))
    if dialect == .slim {
      network.addFeatures(to: &builder, Self.slimNames) { SlimBlockNames(block: $0.number + 1) }
      network.addTop(to: &builder, Self.slimNames, dropout: 1e-3, classes: classes)
      return builder
    }
    guard dialect == .keras else {
      network.addFeatures(to: &builder, .timm) { TimmBlockNames($0) }
      network.addTop(to: &builder, .timm, classes: classes)
      return builder
    }
    network.addFeatures(to: &builder, Self.kerasNames) { KerasBlockNames(block: $0.number + 1) }
    guard let classes else {
      network.addTop(to: &builder, Self.kerasNames, classes: nil)
      return builder
    }
    builder.add(Self.kerasNames.pool, GlobalAveragePooling2D(keepsDimensions: true))
    builder.add(Self.kerasNames.dropout, Dropout(rate: 1e-3))
    builder.add(Self.kerasNames.classifier, Conv2D(filters: classes, window: Window(1)))
    builder.add("reshape_2", Flatten())
    return builder
  }

  private static let kerasNames = MobileNetwork.Names(
    stem: ConvolutionNames("conv1", "conv1_bn", "conv1_relu"),
    head: ConvolutionNames("conv_head", "conv_head_bn", "conv_head_relu"),
    pool: "global_average_pooling2d", dropout: "dropout", classifier: "conv_preds")

  private static let slimNames = MobileNetwork.Names.slim(
    stem: "Conv2d_0", head: "Conv2d_14", dropout: "Logits/Dropout_1b")

  private struct SlimBlockNames: MobileBlockNames {
    let block: Int

    func convolution(_ part: MobileBlock.Part, step: Int) -> ConvolutionNames {
      SlimNames.convolution("Conv2d_\(block)_\(part == .depthwise ? "depthwise" : "pointwise")")
    }

    func excitation(step: Int) -> ExcitationNames {
      preconditionFailure("MobileNet has no excitation")
    }

    var skip: String { "Conv2d_\(block)/skip" }
    var sum: String { "Conv2d_\(block)/add" }
  }

  private struct KerasBlockNames: MobileBlockNames {
    let block: Int

    func convolution(_ part: MobileBlock.Part, step: Int) -> ConvolutionNames {
      let name = part == .depthwise ? "conv_dw_\(block)" : "conv_pw_\(block)"
      return ConvolutionNames(name, "\(name)_bn", "\(name)_relu")
    }

    func excitation(step: Int) -> ExcitationNames {
      preconditionFailure("MobileNet has no excitation")
    }

    var skip: String { "drop_\(block)" }
    var sum: String { "add_\(block)" }
  }
}
