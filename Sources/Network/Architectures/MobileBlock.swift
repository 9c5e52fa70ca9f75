import Kernels

/// One block of a network of the MobileNet kind, in numbers: what all dialects have in common.
struct MobileBlock {
  enum Kind: Hashable {
    /// One convolution.
    case plain
    /// Filters each channel, then mixes them (MobileNetV1).
    case separable
    /// Widens, filters each channel, and narrows again (MobileNetV2).
    case inverted
    /// Widens and filters in one convolution, and narrows again (EfficientNetV2).
    case fused
    /// Widens and narrows, with depthwise convolutions of these kernels before and between, of which
    /// 0 is none (MobileNetV4).
    case universal(before: Int, between: Int)
  }

  /// What a convolution does in its block.
  enum Part {
    /// All that there is to do.
    case only
    /// Filters before the block widens.
    case start
    case expand
    case depthwise
    case project
  }

  /// One convolution with its normalisation, or the excitation.
  enum Step {
    case convolution(Part, kernel: Int, stride: Int, filters: Int, isActivated: Bool)
    case depthwise(Part, kernel: Int, stride: Int, isActivated: Bool)
    case excitation(squeezed: Int, filters: Int)
  }

  let kind: Kind
  let kernel: Int
  let stride: Int
  /// Channels that come in, that are worked with, and that go out.
  let input: Int
  let width: Int
  let output: Int
  let activation: Activation
  /// Channels in the middle of the squeeze and excitation, where there is one.
  let squeezed: Int?
  /// Whether an activation follows the last convolution of a separable block.
  let isOutputActivated: Bool
  /// Whether its input is added to what it gives.
  let isResidual: Bool
  /// Share of images for which a residual block is left out in training.
  let skipRate: Double
  /// Its stage, its place in that, and its place among all blocks: each from 0.
  let stage: Int
  let index: Int
  let number: Int

  var steps: [Step] {
    let excitation = squeezed.map { [Step.excitation(squeezed: $0, filters: width)] } ?? []
    let expand = Step.convolution(
      .expand, kernel: 1, stride: 1, filters: width, isActivated: true)
    let depthwise = Step.depthwise(
      .depthwise, kernel: kernel, stride: stride, isActivated: true)
    let project = Step.convolution(
      .project, kernel: 1, stride: 1, filters: output, isActivated: isOutputActivated)
    switch kind {
    case .plain:
      return [
        .convolution(.only, kernel: kernel, stride: stride, filters: output, isActivated: true)
      ]
    case .separable:
      return [depthwise] + excitation + [project]
    case .inverted:
      return [expand, depthwise] + excitation + [project]
    case .fused:
      let widening = Step.convolution(
        .expand, kernel: kernel, stride: stride, filters: width, isActivated: true)
      return [widening] + excitation + [project]
    case .universal(let before, let between):
      // The stride is with the depthwise convolution in the middle, where there is one.
      let start = Step.depthwise(
        .start, kernel: before, stride: between == 0 ? stride : 1, isActivated: false)
      return (before == 0 ? [] : [start]) + [expand] + (between == 0 ? [] : [depthwise])
        + excitation + [project]
    }
  }
}

/// How a dialect, or a network in it, builds blocks.
struct MobileRules {
  var padding = MobilePadding.symmetric
  /// What makes factors of an excitation's last convolution.
  var gate = Activation.sigmoid
  /// What follows an excitation's first convolution, where it is not the block's activation.
  var squeezeActivation: Activation?
  /// What takes over the stride of a block, so that no convolution leaves positions out.
  var smoothing: Smoothing?

  enum Smoothing {
    /// The mean of two by two positions.
    case average
    /// A blur with zeros around the image.
    case blur
  }

  static let timm = MobileRules()
  /// timm's networks with weights from TensorFlow, whose names begin with `tf_`.
  static let timmFromTensorFlow = MobileRules(padding: .same)
}

/// The zeros around an image.
enum MobilePadding {
  /// As many on both sides (Torch).
  case symmetric
  /// Where their number is odd, one more at the end (TensorFlow).
  case same
  /// With a stride, one at the end whatever the size (Keras' MobileNet).
  case atEnd

  func window(_ size: Int, stride: Int = 1) -> Window {
    let rule: PaddingRule =
      switch self {
      case _ where size == 1: .valid
      case .symmetric: .all(size / 2)
      case .atEnd where stride > 1:
        .explicit(Padding(top: 0, bottom: 1, left: 0, right: 1))
      case .same, .atEnd: .same
      }
    return Window(size, stride: stride, padding: rule)
  }
}
