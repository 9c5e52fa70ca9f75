extension ResNet {
  static let architectures: [Architecture] =
    plain + tweaked + wide + grouped + excited + smoothed
    + [
      member(
        "resnet50_caffe", ResNet(blocks: [3, 4, 6, 3], hasCaffeNames: true), dialects: [.keras]),
      member(
        "resnet50_gn", ResNet(blocks: [3, 4, 6, 3], normalization: .group), dialects: [.timm]),
    ]

  private static func member(
    _ name: String, family: String = "ResNet", _ network: ResNet, dialects: [Dialect],
    slim: String? = nil, edges: [Dialect: Int] = [:]
  ) -> Architecture {
    Architecture(
      name, family: family, dialects: slim == nil ? dialects : dialects + [.slim],
      names: slim.map { [.slim: $0] } ?? [:], edges: edges
    ) {
      network.builder($0, classes: $1.classes)
    }
  }

  private static let plain = [
    member(
      "resnet18", ResNet(blocks: [2, 2, 2, 2], isBottleneck: false),
      dialects: [.torchvision, .timm]),
    member(
      "resnet34", ResNet(blocks: [3, 4, 6, 3], isBottleneck: false),
      dialects: [.torchvision, .timm]),
    member("resnet26", ResNet(blocks: [2, 2, 2, 2]), dialects: [.timm]),
    member(
      "resnet50", ResNet(blocks: [3, 4, 6, 3]), dialects: [.torchvision, .keras, .timm],
      slim: "resnet_v1_50"),
    member(
      "resnet101", ResNet(blocks: [3, 4, 23, 3]), dialects: [.torchvision, .keras, .timm],
      slim: "resnet_v1_101"),
    member(
      "resnet152", ResNet(blocks: [3, 8, 36, 3]), dialects: [.torchvision, .keras, .timm],
      slim: "resnet_v1_152"),
    member(
      "resnet200", ResNet(blocks: [3, 24, 36, 3]), dialects: [.timm], slim: "resnet_v1_200"),
  ]

  /// timm's letters: how a network begins, and whether its shortcuts average.
  private static let deep = [32, 32, 64]
  private static let tiered = [24, 32, 64]

  private static let tweaked =
    [("resnet50c", [3, 4, 6, 3]), ("resnet101c", [3, 4, 23, 3]), ("resnet152c", [3, 8, 36, 3])]
    .map { name, blocks in
      member(name, ResNet(blocks: blocks, stem: deep), dialects: [.timm])
    }
    + [
      ("resnet50s", [3, 4, 6, 3]), ("resnet101s", [3, 4, 23, 3]), ("resnet152s", [3, 8, 36, 3]),
    ]
    .map { name, blocks in
      member(name, ResNet(blocks: blocks, stem: [64, 64, 128]), dialects: [.timm])
    }
    + [
      averaging("resnet10t", [1, 1, 1, 1], isBottleneck: false, stem: tiered, edge: 176),
      averaging("resnet14t", [1, 1, 1, 1], stem: tiered, edge: 176),
      averaging("resnet18d", [2, 2, 2, 2], isBottleneck: false),
      averaging("resnet34d", [3, 4, 6, 3], isBottleneck: false),
      averaging("resnet26d", [2, 2, 2, 2]),
      averaging("resnet26t", [2, 2, 2, 2], stem: tiered, edge: 256),
      averaging("resnet50d", [3, 4, 6, 3]),
      averaging("resnet50t", [3, 4, 6, 3], stem: tiered),
      averaging("resnet101d", [3, 4, 23, 3], edge: 256),
      averaging("resnet152d", [3, 8, 36, 3], edge: 256),
      averaging("resnet200d", [3, 24, 36, 3], edge: 256),
    ]

  private static func averaging(
    _ name: String, _ blocks: [Int], isBottleneck: Bool = true, stem: [Int] = deep, edge: Int = 224
  ) -> Architecture {
    member(
      name,
      ResNet(blocks: blocks, isBottleneck: isBottleneck, stem: stem, averagesShortcuts: true),
      dialects: [.timm], edges: [.timm: edge])
  }

  private static let wide = [
    ("wide_resnet50_2", [3, 4, 6, 3]), ("wide_resnet101_2", [3, 4, 23, 3]),
  ].map { name, blocks in
    member(
      name, family: "WideResNet", ResNet(blocks: blocks, groupWidth: 128),
      dialects: [.torchvision, .timm])
  }

  private static let grouped: [Architecture] = [
    grouped("resnext50_32x4d", [3, 4, 6, 3], 32, 4, dialects: [.torchvision, .timm]),
    grouped("resnext101_32x8d", [3, 4, 23, 3], 32, 8, dialects: [.torchvision, .timm]),
    grouped("resnext101_64x4d", [3, 4, 23, 3], 64, 4, dialects: [.torchvision, .timm]),
    grouped("resnext101_32x4d", [3, 4, 23, 3], 32, 4),
    grouped("resnext101_32x16d", [3, 4, 23, 3], 32, 16),
    grouped("resnext101_32x32d", [3, 4, 23, 3], 32, 32),
    member(
      "resnext50d_32x4d", family: "ResNeXt",
      ResNet(
        blocks: [3, 4, 6, 3], groups: 32, groupWidth: 4, stem: deep, averagesShortcuts: true),
      dialects: [.timm]),
  ]

  private static func grouped(
    _ name: String, _ blocks: [Int], _ groups: Int, _ groupWidth: Int, dialects: [Dialect] = [.timm]
  ) -> Architecture {
    member(
      name, family: "ResNeXt", ResNet(blocks: blocks, groups: groups, groupWidth: groupWidth),
      dialects: dialects)
  }

  private static let excited: [Architecture] = [
    excited("seresnet18", [2, 2, 2, 2], isBottleneck: false),
    excited("seresnet34", [3, 4, 6, 3], isBottleneck: false),
    excited("seresnet50", [3, 4, 6, 3]),
    excited("seresnet50t", [3, 4, 6, 3], stem: tiered),
    excited("seresnet101", [3, 4, 23, 3]),
    excited("seresnet152", [3, 8, 36, 3]),
    excited("seresnet152d", [3, 8, 36, 3], stem: deep, edge: 256),
    excited("seresnet200d", [3, 24, 36, 3], stem: deep, edge: 256),
    excited("seresnext26d_32x4d", [2, 2, 2, 2], (32, 4), stem: deep),
    excited("seresnext26t_32x4d", [2, 2, 2, 2], (32, 4), stem: tiered),
    excited("seresnext50_32x4d", [3, 4, 6, 3], (32, 4)),
    excited("seresnext101_32x4d", [3, 4, 23, 3], (32, 4)),
    excited("seresnext101_32x8d", [3, 4, 23, 3], (32, 8)),
    excited("seresnext101d_32x8d", [3, 4, 23, 3], (32, 8), stem: deep),
    excited("seresnext101_64x4d", [3, 4, 23, 3], (64, 4)),
  ]

  private static func excited(
    _ name: String, _ blocks: [Int], isBottleneck: Bool = true,
    _ grouping: (groups: Int, width: Int) = (1, 64), stem: [Int] = [], edge: Int = 224
  ) -> Architecture {
    member(
      name, family: "SEResNet",
      ResNet(
        blocks: blocks, isBottleneck: isBottleneck, groups: grouping.groups,
        groupWidth: grouping.width, stem: stem, averagesShortcuts: !stem.isEmpty,
        hasExcitation: true), dialects: [.timm], edges: [.timm: edge])
  }

  private static let smoothed: [Architecture] = [
    smoothed("resnetblur18", [2, 2, 2, 2], .blur, isBottleneck: false),
    smoothed("resnetblur50", [3, 4, 6, 3], .blur),
    smoothed("resnetblur50d", [3, 4, 6, 3], .blur, stem: deep),
    smoothed("resnetblur101d", [3, 4, 23, 3], .blur, stem: deep),
    smoothed("resnetaa34d", [3, 4, 6, 3], .average, isBottleneck: false, stem: deep),
    smoothed("resnetaa50", [3, 4, 6, 3], .average),
    smoothed("resnetaa50d", [3, 4, 6, 3], .average, stem: deep),
    smoothed("resnetaa101d", [3, 4, 23, 3], .average, stem: deep),
  ]

  private static func smoothed(
    _ name: String, _ blocks: [Int], _ smoothing: Smoothing, isBottleneck: Bool = true,
    stem: [Int] = []
  ) -> Architecture {
    member(
      name,
      ResNet(
        blocks: blocks, isBottleneck: isBottleneck, stem: stem, averagesShortcuts: !stem.isEmpty,
        smoothing: smoothing), dialects: [.timm])
  }
}
