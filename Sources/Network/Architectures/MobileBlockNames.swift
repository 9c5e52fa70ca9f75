/// What a framework calls a convolution, the normalisation after it, and the activation after that.
struct ConvolutionNames {
  let convolution: String
  let normalization: String
  let activation: String

  init(_ convolution: String, _ normalization: String, _ activation: String) {
    self.convolution = convolution
    self.normalization = normalization
    self.activation = activation
  }
}

/// What a framework calls the layers of one block.
protocol MobileBlockNames {
  /// - Parameter step: place among the steps of the block, as Torch's sequences count them.
  func convolution(_ part: MobileBlock.Part, step: Int) -> ConvolutionNames
  func excitation(step: Int) -> ExcitationNames
  /// What takes over the stride of a convolution.
  func smoothing(_ part: MobileBlock.Part) -> String
  var skip: String { get }
  var sum: String { get }
}

extension MobileBlockNames {
  func smoothing(_ part: MobileBlock.Part) -> String {
    preconditionFailure("only timm smooths before it leaves positions out")
  }
}

/// timm's names, of all families alike.
struct TimmBlockNames: MobileBlockNames {
  private let kind: MobileBlock.Kind
  private let prefix: String

  init(_ block: MobileBlock) {
    kind = block.kind
    prefix = "blocks.\(block.stage).\(block.index)"
  }

  func convolution(_ part: MobileBlock.Part, step: Int) -> ConvolutionNames {
    if case .universal = kind {
      let module = "\(prefix).\(universal(part))"
      return ConvolutionNames("\(module).conv", "\(module).bn", "\(module).bn.act")
    }
    let (convolution, number) =
      switch (kind, part) {
      case (.plain, _): ("conv", 1)
      case (.separable, .depthwise): ("conv_dw", 1)
      case (.separable, _): ("conv_pw", 2)
      case (.fused, .expand): ("conv_exp", 1)
      case (.fused, _): ("conv_pwl", 2)
      case (_, .expand): ("conv_pw", 1)
      case (_, .depthwise): ("conv_dw", 2)
      default: ("conv_pwl", 3)
      }
    return ConvolutionNames(
      "\(prefix).\(convolution)", "\(prefix).bn\(number)", "\(prefix).bn\(number).act")
  }

  private func universal(_ part: MobileBlock.Part) -> String {
    switch part {
    case .start: "dw_start"
    case .expand: "pw_exp"
    case .depthwise: "dw_mid"
    case .project, .only: "pw_proj"
    }
  }

  func excitation(step: Int) -> ExcitationNames {
    ExcitationNames(
      squeeze: "\(prefix).se.squeeze", reduce: "\(prefix).se.conv_reduce",
      expand: "\(prefix).se.conv_expand", excite: "\(prefix).se")
  }

  func smoothing(_ part: MobileBlock.Part) -> String {
    if case .universal = kind { return "\(prefix).\(universal(part)).aa" }
    return "\(prefix).aa"
  }

  var skip: String { "\(prefix).drop_path" }
  var sum: String { "\(prefix).add" }
}

/// torchvision's names in blocks that are sequences of sequences.
struct SequentialBlockNames: MobileBlockNames {
  /// Of the block, such as `features.4`.
  let prefix: String
  /// Of the sequence in it.
  var sequence = "block"
  /// Whether the last convolution and its normalisation are no sequence of their own.
  var isProjectionFlat = false

  func convolution(_ part: MobileBlock.Part, step: Int) -> ConvolutionNames {
    let place = "\(prefix).\(sequence)"
    if isProjectionFlat, part == .project {
      return ConvolutionNames("\(place).\(step)", "\(place).\(step + 1)", "\(place).\(step + 2)")
    }
    return ConvolutionNames(
      "\(place).\(step).0", "\(place).\(step).1", "\(place).\(step).2")
  }

  func excitation(step: Int) -> ExcitationNames {
    let place = "\(prefix).\(sequence).\(step)"
    return ExcitationNames(
      squeeze: "\(place).avgpool", reduce: "\(place).fc1", expand: "\(place).fc2",
      excite: "\(place).excite")
  }

  var skip: String { "\(prefix).stochastic_depth" }
  var sum: String { "\(prefix).add" }
}

/// Names of Keras' MobileNetV2 and V3.
struct KerasMobileBlockNames: MobileBlockNames {
  /// Of the block, such as `block_3`.
  let prefix: String
  /// What is after a convolution's name in its normalisation's.
  let normalization: String

  func convolution(_ part: MobileBlock.Part, step: Int) -> ConvolutionNames {
    let name =
      switch part {
      case .expand: "\(prefix)_expand"
      case .project: "\(prefix)_project"
      case .depthwise, .start, .only: "\(prefix)_depthwise"
      }
    return ConvolutionNames(name, "\(name)_\(normalization)", "\(name)_relu")
  }

  func excitation(step: Int) -> ExcitationNames {
    let place = "\(prefix)_squeeze_excite"
    return ExcitationNames(
      squeeze: "\(place)_avg_pool", reduce: "\(place)_conv", expand: "\(place)_conv_1",
      excite: "\(place)_mul")
  }

  var skip: String { "\(prefix)_drop" }
  var sum: String { "\(prefix)_add" }
}
