import Kernels

/// MobileNetV4 (Qin et al., arXiv:2404.10518) of convolutions alone: blocks that may have a depthwise
/// convolution before they widen, between widening and narrowing, in both places or in none.
struct MobileNetV4 {
  enum Size { case small, medium, large }

  let size: Size
  var width = 1.0
  var smoothing: MobileRules.Smoothing?

  static let architectures: [Architecture] = [
    member("small", .small), member("medium", .medium, edge: 256),
    member("large", .large, edge: 384), member("small_035", .small, width: 0.35),
    member("small_050", .small, width: 0.5),
    member("aa_medium", .medium, smoothing: .average, edge: 256),
    member("blur_medium", .medium, smoothing: .blur),
    member("aa_large", .large, smoothing: .average, edge: 448),
  ]

  private static func member(
    _ name: String, _ size: Size, width: Double = 1, smoothing: MobileRules.Smoothing? = nil,
    edge: Int = 224
  ) -> Architecture {
    Architecture(
      "mobilenetv4_conv_\(name)", family: "MobileNetV4", dialects: [.timm], edge: edge
    ) {
      MobileNetV4(size: size, width: width, smoothing: smoothing)
        .builder($0, classes: $1.classes)
    }
  }

  private var stages: [[MobileStack]] {
    let stages =
      switch size {
      case .small: Self.small
      case .medium: Self.medium
      case .large: Self.large
      }
    return stages + [[.plain(960)]]
  }

  private static let small: [[MobileStack]] = [
    [.plain(32, kernel: 3, stride: 2), .plain(32)],
    [.plain(96, kernel: 3, stride: 2), .plain(64)],
    [
      .universal(96, before: 5, between: 5, stride: 2, factor: 3),
      .universal(96, 4, before: 0, between: 3, factor: 2),
      .universal(96, before: 3, between: 0),
    ],
    [
      .universal(128, before: 3, between: 3, stride: 2, factor: 6),
      .universal(128, before: 5, between: 5), .universal(128, before: 0, between: 5),
      .universal(128, before: 0, between: 5, factor: 3),
      .universal(128, 2, before: 0, between: 3),
    ],
  ]

  private static let medium: [[MobileStack]] = [
    [.fused(48)],
    [
      .universal(80, before: 3, between: 5, stride: 2),
      .universal(80, before: 3, between: 3, factor: 2),
    ],
    [
      .universal(160, before: 3, between: 5, stride: 2, factor: 6),
      .universal(160, 2, before: 3, between: 3), .universal(160, before: 3, between: 5),
      .universal(160, before: 3, between: 3), .universal(160, before: 3, between: 0),
      .universal(160, before: 0, between: 0, factor: 2), .universal(160, before: 3, between: 0),
    ],
    [
      .universal(256, before: 5, between: 5, stride: 2, factor: 6),
      .universal(256, before: 5, between: 5), .universal(256, 2, before: 3, between: 5),
      .universal(256, before: 0, between: 0), .universal(256, before: 3, between: 0),
      .universal(256, before: 3, between: 5, factor: 2), .universal(256, before: 5, between: 5),
      .universal(256, 2, before: 0, between: 0),
      .universal(256, before: 5, between: 0, factor: 2),
    ],
  ]

  private static let large: [[MobileStack]] = [
    [.fused(48)],
    [
      .universal(96, before: 3, between: 5, stride: 2), .universal(96, before: 3, between: 3),
    ],
    [
      .universal(192, before: 3, between: 5, stride: 2),
      .universal(192, 3, before: 3, between: 3), .universal(192, before: 3, between: 5),
      .universal(192, 5, before: 5, between: 3), .universal(192, before: 3, between: 0),
    ],
    [
      .universal(512, 4, before: 5, between: 5, stride: 2),
      .universal(512, before: 5, between: 0), .universal(512, before: 5, between: 3),
      .universal(512, 2, before: 5, between: 0), .universal(512, before: 5, between: 3),
      .universal(512, before: 5, between: 5), .universal(512, 3, before: 5, between: 0),
    ],
  ]

  func builder(_ dialect: Dialect, classes: Int?) -> ArchitectureBuilder {
    var builder = ArchitectureBuilder(dialect)
    let scale = MobileScale(width: width)
    let unscaled = size == .large ? 24 : 32
    let stem = width < 1 ? unscaled : scale.channels(unscaled)
    let network = MobileNetwork(
      stem: stem, blocks: scale.blocks(stages, input: stem, activation: .relu), head: nil,
      activation: .relu, rules: MobileRules(smoothing: smoothing))
    network.addFeatures(to: &builder, .timm) { TimmBlockNames($0) }
    builder.add("global_pool", GlobalAveragePooling2D(keepsDimensions: true))
    builder.addConvolution(
      ConvolutionNames("conv_head", "norm_head", "norm_head.act"), filters: 1280,
      window: Window(1), activation: .relu)
    builder.add("flatten", Flatten())
    builder.addClassifier("classifier", classes)
    return builder
  }
}
