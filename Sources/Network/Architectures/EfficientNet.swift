import Kernels

/// EfficientNet (Tan and Le, arXiv:1905.11946): MobileNet's blocks, each with a squeeze and
/// excitation; its lite networks without; and EfficientNetV2 (arXiv:2104.00298), whose first stages
/// do in one convolution what the others do in two. In training, blocks are left out at random, except
/// by timm.
struct EfficientNet {
  /// Which of the families.
  enum Version { case first, second, lite }

  var version = Version.first
  let stages: [[MobileStack]]
  var scale = MobileScale()
  let stem: Int
  let head: Int
  /// Before the classifier, except in timm; and where it is otherwise in torchvision.
  var dropout = 0.2
  var torchvisionDropout: Double?
  /// What torchvision normalises by.
  var torchvision = BatchNormalization(epsilon: 1e-5, momentum: 0.9)
  /// Whether timm has it with weights from TensorFlow.
  var isFromTensorFlow = false

  private var activation: Activation { version == .lite ? .relu6 : .swish }

  func build(_ dialect: Dialect, _ size: ArchitectureSize) -> ArchitectureBuilder {
    var builder = ArchitectureBuilder(dialect, normalization: normalization(dialect))
    let network = network(dialect)
    let names = names(dialect)
    network.addFeatures(to: &builder, names) { blockNames($0, dialect) }
    network.addTop(
      to: &builder, names, dropout: dropout(dialect), classes: size.classes)
    return builder
  }

  private func dropout(_ dialect: Dialect) -> Double {
    switch dialect {
    case .torchvision: torchvisionDropout ?? dropout
    case .keras, .efficientNetPyTorch, .slim: dropout
    case .timm: 0
    }
  }

  private func normalization(_ dialect: Dialect) -> BatchNormalization {
    switch dialect {
    case .keras, .slim:
      BatchNormalization(epsilon: 1e-3, momentum: version == .second ? 0.9 : 0.99)
    case .torchvision: torchvision
    case .timm: BatchNormalization(epsilon: isFromTensorFlow ? 1e-3 : 1e-5, momentum: 0.9)
    case .efficientNetPyTorch: BatchNormalization(epsilon: 1e-3, momentum: 0.99)
    }
  }

  private func network(_ dialect: Dialect) -> MobileNetwork {
    // Keras' second version divides by the blocks of the network that was not made deeper.
    let unscaled = stages.joined().reduce(0) { $0 + $1.blocks }
    let isSame = dialect.choose(keras: true, torchvision: false, timm: isFromTensorFlow)
    return MobileNetwork(
      stem: stem,
      blocks: scale.blocks(
        stages, input: stem, activation: activation, skipRate: dialect == .timm ? 0 : 0.2,
        skipBlocks: dialect == .keras && version == .second ? unscaled : nil),
      head: head, activation: activation,
      rules: MobileRules(
        padding: isSame || dialect == .efficientNetPyTorch ? .same : .symmetric))
  }

  private func names(_ dialect: Dialect) -> MobileNetwork.Names {
    switch dialect {
    case .keras, .slim:
      MobileNetwork.Names(
        stem: ConvolutionNames("stem_conv", "stem_bn", "stem_activation"),
        head: ConvolutionNames("top_conv", "top_bn", "top_activation"),
        pool: "avg_pool", dropout: "top_dropout", classifier: "predictions")
    case .torchvision: .torchvision(features: stages.count + 1)
    case .timm: .timm
    case .efficientNetPyTorch:
      MobileNetwork.Names(
        stem: ConvolutionNames("_conv_stem", "_bn0", "_bn0.act"),
        head: ConvolutionNames("_conv_head", "_bn1", "_bn1.act"),
        pool: "_avg_pooling", dropout: "_dropout", classifier: "_fc")
    }
  }

  private func blockNames(_ block: MobileBlock, _ dialect: Dialect) -> any MobileBlockNames {
    switch dialect {
    case .keras, .slim:
      let letter = Character(UnicodeScalar(UInt8(ascii: "a") + UInt8(block.index)))
      return KerasBlockNames(
        prefix: "block\(block.stage + 1)\(letter)",
        depthwise: version == .second ? "dwconv2" : "dwconv")
    case .torchvision:
      return SequentialBlockNames(prefix: "features.\(block.stage + 1).\(block.index)")
    case .timm: return TimmBlockNames(block)
    case .efficientNetPyTorch: return EfficientNetPyTorchBlockNames(block: block.number)
    }
  }
}

/// Keras' names of an EfficientNet's layers.
private struct KerasBlockNames: MobileBlockNames {
  /// Of the block, such as `block2a`.
  let prefix: String
  let depthwise: String

  func convolution(_ part: MobileBlock.Part, step: Int) -> ConvolutionNames {
    switch part {
    case .expand: names("expand_")
    case .project, .only: names("project_")
    case .depthwise, .start:
      ConvolutionNames("\(prefix)_\(depthwise)", "\(prefix)_bn", "\(prefix)_activation")
    }
  }

  private func names(_ part: String) -> ConvolutionNames {
    ConvolutionNames(
      "\(prefix)_\(part)conv", "\(prefix)_\(part)bn", "\(prefix)_\(part)activation")
  }

  func excitation(step: Int) -> ExcitationNames {
    ExcitationNames(
      squeeze: "\(prefix)_se_squeeze", reduce: "\(prefix)_se_reduce",
      expand: "\(prefix)_se_expand", excite: "\(prefix)_se_excite")
  }

  var skip: String { "\(prefix)_drop" }
  var sum: String { "\(prefix)_add" }
}

/// Names of the package `efficientnet_pytorch` and of those made after it.
private struct EfficientNetPyTorchBlockNames: MobileBlockNames {
  private let prefix: String

  init(block: Int) { prefix = "_blocks.\(block)" }

  func convolution(_ part: MobileBlock.Part, step: Int) -> ConvolutionNames {
    let (convolution, number) =
      switch part {
      case .expand: ("_expand_conv", 0)
      case .depthwise, .start: ("_depthwise_conv", 1)
      case .project, .only: ("_project_conv", 2)
      }
    return ConvolutionNames(
      "\(prefix).\(convolution)", "\(prefix)._bn\(number)", "\(prefix)._bn\(number).act")
  }

  func excitation(step: Int) -> ExcitationNames {
    ExcitationNames(
      squeeze: "\(prefix)._se_squeeze", reduce: "\(prefix)._se_reduce",
      expand: "\(prefix)._se_expand", excite: "\(prefix)._se")
  }

  var skip: String { "\(prefix).drop_connect" }
  var sum: String { "\(prefix).add" }
}
