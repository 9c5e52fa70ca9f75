import Kernels

/// MobileNetV2 (Sandler et al., arXiv:1801.04381): blocks that widen, filter each channel, and
/// narrow again. torchvision and slim drop out before the last layer.
struct MobileNetV2 {
  var scale = MobileScale()

  private static let stages: [[MobileStack]] = [
    [.separable(16)], [.inverted(24, 2, stride: 2, factor: 6)],
    [.inverted(32, 3, stride: 2, factor: 6)], [.inverted(64, 4, stride: 2, factor: 6)],
    [.inverted(96, 3, factor: 6)], [.inverted(160, 3, stride: 2, factor: 6)],
    [.inverted(320, factor: 6)],
  ]

  static let architectures: [Architecture] = [
    Architecture(
      "mobilenet_v2", family: "MobileNetV2", dialects: [.torchvision, .keras, .timm, .slim],
      names: [.keras: "MobileNetV2", .timm: "mobilenetv2_100"]
    ) { MobileNetV2().builder($0, classes: $1.classes) },
    member("035", 0.35), member("050", 0.5), member("075", 0.75), member("140", 1.4),
    member("130", 1.3, [.keras]),
    deeper("110d", width: 1.1, depth: 1.2), deeper("120d", width: 1.2, depth: 1.4),
  ]

  private static func member(
    _ name: String, _ width: Double, _ dialects: [Dialect] = [.timm, .keras]
  ) -> Architecture {
    Architecture(
      "mobilenetv2_\(name)", family: "MobileNetV2", dialects: dialects + [.slim],
      names: [.slim: "mobilenet_v2_\(name)"]
    ) {
      MobileNetV2(scale: MobileScale(width: width)).builder($0, classes: $1.classes)
    }
  }

  private static func deeper(_ name: String, width: Double, depth: Double) -> Architecture {
    Architecture("mobilenetv2_\(name)", family: "MobileNetV2", dialects: [.timm]) {
      MobileNetV2(scale: MobileScale(width: width, depth: depth, keepsEnds: true))
        .builder($0, classes: $1.classes)
    }
  }

  func builder(_ dialect: Dialect, classes: Int?) -> ArchitectureBuilder {
    var builder = ArchitectureBuilder(
      dialect, normalization: dialect.normalization(kerasMomentum: 0.999, slimMomentum: 0.997))
    let stem = scale.keepsEnds ? 32 : scale.channels(32)
    let network = MobileNetwork(
      stem: stem, blocks: scale.blocks(Self.stages, input: stem, activation: .relu6),
      // Never narrower than in the network that is not scaled.
      head: scale.keepsEnds ? 1280 : max(1280, scale.channels(1280)), activation: .relu6,
      rules: dialect.choose(keras: MobileRules(padding: .same), torchvision: .timm))
    let names = Self.names(dialect)
    network.addFeatures(to: &builder, names) { Self.blockNames($0, dialect) }
    network.addTop(
      to: &builder, names, dropout: dialect.choose(keras: 0, torchvision: 0.2, timm: 0, slim: 0.2),
      classes: classes)
    return builder
  }

  private static func names(_ dialect: Dialect) -> MobileNetwork.Names {
    dialect.choose(
      keras: MobileNetwork.Names(
        stem: ConvolutionNames("Conv1", "bn_Conv1", "Conv1_relu"),
        head: ConvolutionNames("Conv_1", "Conv_1_bn", "out_relu"),
        pool: "global_average_pooling2d", dropout: "dropout", classifier: "predictions"),
      torchvision: .torchvision(features: 18), timm: .timm,
      slim: .slim(stem: "Conv", head: "Conv_1", dropout: "Logits/Dropout"))
  }

  private struct SlimBlockNames: MobileBlockNames {
    let scope: String

    func convolution(_ part: MobileBlock.Part, step: Int) -> ConvolutionNames {
      let name =
        switch part {
        case .expand: "expand"
        case .project: "project"
        case .depthwise, .start, .only: "depthwise"
        }
      return SlimNames.convolution("\(scope)/\(name)")
    }

    func excitation(step: Int) -> ExcitationNames {
      preconditionFailure("MobileNetV2 has no excitation")
    }

    var skip: String { "\(scope)/skip" }
    var sum: String { "\(scope)/add" }
  }

  private static func blockNames(
    _ block: MobileBlock, _ dialect: Dialect
  ) -> any MobileBlockNames {
    dialect.choose(
      keras: KerasMobileBlockNames(
        prefix: block.number == 0 ? "expanded_conv" : "block_\(block.number)",
        normalization: "BN"),
      torchvision: SequentialBlockNames(
        prefix: "features.\(block.number + 1)", sequence: "conv", isProjectionFlat: true),
      timm: TimmBlockNames(block),
      slim: SlimBlockNames(
        scope: block.number == 0 ? "expanded_conv" : "expanded_conv_\(block.number)"))
  }
}
