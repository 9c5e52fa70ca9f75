import Kernels

extension EfficientNet {
  static let architectures: [Architecture] =
    scales.indices.map { member($0) } + scales.indices.map { memberFromTensorFlow($0) }
    + liteEdges.indices.flatMap { [lite($0), liteFromTensorFlow($0)] }
    + second + baseEdges.indices.map { base($0) }

  // MARK: The first version

  private static let scales: [(width: Double, depth: Double, dropout: Double)] = [
    (1.0, 1.0, 0.2), (1.0, 1.1, 0.2), (1.1, 1.2, 0.3), (1.2, 1.4, 0.3), (1.4, 1.8, 0.4),
    (1.6, 2.2, 0.4), (1.8, 2.6, 0.5), (2.0, 3.1, 0.5),
  ]
  private static let edges = [224, 240, 260, 300, 380, 456, 528, 600]
  private static let torchvisionEdges = [224, 240, 288, 300, 380, 456, 528, 600]
  private static let timmEdges = [224, 240, 256, 288, 320, 448, 528, 600]

  private static func stages(isExcited: Bool) -> [[MobileStack]] {
    [
      [.separable(16, isExcited: isExcited)],
      [.inverted(24, 2, stride: 2, factor: 6, isExcited: isExcited)],
      [.inverted(40, 2, kernel: 5, stride: 2, factor: 6, isExcited: isExcited)],
      [.inverted(80, 3, stride: 2, factor: 6, isExcited: isExcited)],
      [.inverted(112, 3, kernel: 5, factor: 6, isExcited: isExcited)],
      [.inverted(192, 4, kernel: 5, stride: 2, factor: 6, isExcited: isExcited)],
      [.inverted(320, factor: 6, isExcited: isExcited)],
    ]
  }

  private static func first(_ number: Int, isFromTensorFlow: Bool = false) -> EfficientNet {
    let scale = MobileScale(width: scales[number].width, depth: scales[number].depth)
    return EfficientNet(
      stages: stages(isExcited: true), scale: scale, stem: scale.channels(32),
      head: scale.channels(1280), dropout: scales[number].dropout,
      torchvision: number < 5
        ? BatchNormalization(epsilon: 1e-5, momentum: 0.9)
        : BatchNormalization(epsilon: 1e-3, momentum: 0.99),
      isFromTensorFlow: isFromTensorFlow)
  }

  private static func member(_ number: Int) -> Architecture {
    Architecture(
      "efficientnet_b\(number)", family: "EfficientNet",
      dialects: [.torchvision, .keras, .timm, .efficientNetPyTorch],
      names: [
        .keras: "EfficientNetB\(number)", .efficientNetPyTorch: "efficientnet-b\(number)",
      ],
      edge: edges[number],
      edges: [.torchvision: torchvisionEdges[number], .timm: timmEdges[number]],
      build: first(number).build)
  }

  private static func memberFromTensorFlow(_ number: Int) -> Architecture {
    Architecture(
      "tf_efficientnet_b\(number)", family: "EfficientNet", dialects: [.timm],
      edge: edges[number], build: first(number, isFromTensorFlow: true).build)
  }

  // MARK: The lite networks

  private static let liteEdges = [224, 240, 260, 300, 380]
  private static let packageEdges = [224, 240, 260, 280, 300]

  private static func liteNetwork(_ number: Int, isFromTensorFlow: Bool = false) -> EfficientNet {
    EfficientNet(
      version: .lite, stages: stages(isExcited: false),
      scale: MobileScale(
        width: scales[number].width, depth: scales[number].depth, keepsEnds: true),
      stem: 32, head: 1280, dropout: scales[number].dropout, isFromTensorFlow: isFromTensorFlow)
  }

  private static func lite(_ number: Int) -> Architecture {
    Architecture(
      "efficientnet_lite\(number)", family: "EfficientNet-Lite",
      dialects: [.timm, .efficientNetPyTorch],
      names: [.efficientNetPyTorch: "efficientnet-lite\(number)"], edge: liteEdges[number],
      edges: [.efficientNetPyTorch: packageEdges[number]], build: liteNetwork(number).build)
  }

  private static func liteFromTensorFlow(_ number: Int) -> Architecture {
    Architecture(
      "tf_efficientnet_lite\(number)", family: "EfficientNet-Lite", dialects: [.timm],
      edge: liteEdges[number], build: liteNetwork(number, isFromTensorFlow: true).build)
  }

  // MARK: The second version

  private static let small: [[MobileStack]] = [
    [.plain(24, kernel: 3, blocks: 2, isResidual: true)], [.fused(48, 4)], [.fused(64, 4)],
    [.inverted(128, 6, stride: 2, factor: 4, isExcited: true)],
    [.inverted(160, 9, factor: 6, isExcited: true)],
    [.inverted(256, 15, stride: 2, factor: 6, isExcited: true)],
  ]

  private static let medium: [[MobileStack]] = [
    [.plain(24, kernel: 3, blocks: 3, isResidual: true)], [.fused(48, 5)], [.fused(80, 5)],
    [.inverted(160, 7, stride: 2, factor: 4, isExcited: true)],
    [.inverted(176, 14, factor: 6, isExcited: true)],
    [.inverted(304, 18, stride: 2, factor: 6, isExcited: true)],
    [.inverted(512, 5, factor: 6, isExcited: true)],
  ]

  private static let large: [[MobileStack]] = [
    [.plain(32, kernel: 3, blocks: 4, isResidual: true)], [.fused(64, 7)], [.fused(96, 7)],
    [.inverted(192, 10, stride: 2, factor: 4, isExcited: true)],
    [.inverted(224, 19, factor: 6, isExcited: true)],
    [.inverted(384, 25, stride: 2, factor: 6, isExcited: true)],
    [.inverted(640, 7, factor: 6, isExcited: true)],
  ]

  private static let second =
    secondVersions("s", small, stem: 24, dropout: 0.2, edges: (384, 288, 300))
    + secondVersions("m", medium, stem: 24, dropout: 0.3, edges: (480, 320, 384))
    + secondVersions("l", large, stem: 32, dropout: 0.4, edges: (480, 384, 384)) + [
      tiny, firstSmall,
    ]

  /// - Parameters:
  ///   - dropout: torchvision's.
  ///   - edges: everybody's, timm's, and timm's with weights from TensorFlow.
  private static func secondVersions(
    _ letter: String, _ stages: [[MobileStack]], stem: Int, dropout: Double, edges: (Int, Int, Int)
  ) -> [Architecture] {
    var network = EfficientNet(
      version: .second, stages: stages, stem: stem, head: 1280, torchvisionDropout: dropout,
      torchvision: BatchNormalization(epsilon: 1e-3, momentum: 0.9))
    let member = Architecture(
      "efficientnet_v2_\(letter)", family: "EfficientNetV2",
      dialects: [.torchvision, .keras, .timm],
      names: [.keras: "EfficientNetV2\(letter.uppercased())", .timm: "efficientnetv2_\(letter)"],
      edge: edges.0, edges: [.timm: edges.1], build: network.build)
    network.isFromTensorFlow = true
    return [
      member,
      Architecture(
        "tf_efficientnetv2_\(letter)", family: "EfficientNetV2", dialects: [.timm],
        edge: edges.2, build: network.build),
    ]
  }

  private static var tiny: Architecture {
    let scale = MobileScale(width: 0.8, depth: 0.9)
    return Architecture(
      "efficientnetv2_rw_t", family: "EfficientNetV2", dialects: [.timm],
      build: EfficientNet(
        version: .second, stages: small, scale: scale, stem: scale.channels(24),
        head: scale.channels(1280)
      ).build)
  }

  /// timm's, from before the paper's own was known.
  private static var firstSmall: Architecture {
    var stages = small
    stages[0] = [.fused(24, 2, stride: 1, factor: 1)]
    stages[5][0].channels = 272
    return Architecture(
      "efficientnetv2_rw_s", family: "EfficientNetV2", dialects: [.timm], edge: 288,
      build: EfficientNet(version: .second, stages: stages, stem: 24, head: 1792).build)
  }

  private static let baseEdges = [224, 240, 260, 300]
  private static let timmBaseEdges = [192, 192, 208, 240]

  private static func base(_ number: Int) -> Architecture {
    let scale = MobileScale(
      width: scales[number].width, depth: scales[number].depth, leastShare: 0)
    let stages: [[MobileStack]] = [
      [.plain(16, kernel: 3, isResidual: true)], [.fused(32, 2)], [.fused(48, 2)],
      [.inverted(96, 3, stride: 2, factor: 4, isExcited: true)],
      [.inverted(112, 5, factor: 6, isExcited: true)],
      [.inverted(192, 8, stride: 2, factor: 6, isExcited: true)],
    ]
    return Architecture(
      "tf_efficientnetv2_b\(number)", family: "EfficientNetV2", dialects: [.timm, .keras],
      names: [.keras: "EfficientNetV2B\(number)"], edge: timmBaseEdges[number],
      edges: [.keras: baseEdges[number]],
      build: EfficientNet(
        version: .second, stages: stages, scale: scale, stem: scale.channels(32),
        head: scale.channels(1280), isFromTensorFlow: true
      ).build)
  }
}
