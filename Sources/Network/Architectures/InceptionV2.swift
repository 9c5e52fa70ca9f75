import Kernels

/// Inception V2, the first with batch normalisation (Ioffe and Szegedy, arXiv:1502.03167), as slim has it:
/// it begins with a separable convolution that makes eight channels of each colour, and that is not
/// normalised. Detection networks' normalise that one, too.
struct InceptionV2 {
  /// The blocks that keep the size of an image, between those that make it smaller.
  private static let stages: [[InceptionBlock]] = [
    [
      InceptionBlock("Mixed_3b", 64, (64, 64), (64, 96), 32),
      InceptionBlock("Mixed_3c", 64, (64, 96), (64, 96), 64),
    ],
    [
      InceptionBlock("Mixed_4b", 224, (64, 96), (96, 128), 128),
      InceptionBlock("Mixed_4c", 192, (96, 128), (96, 128), 128),
      InceptionBlock("Mixed_4d", 160, (128, 160), (128, 160), 96),
      InceptionBlock("Mixed_4e", 96, (128, 192), (160, 192), 96),
    ],
    [
      InceptionBlock("Mixed_5b", 352, (192, 320), (160, 224), 128),
      InceptionBlock("Mixed_5c", 352, (192, 320), (192, 224), 128, poolsLargest: true),
    ],
  ]

  static let architectures: [Architecture] = [
    Architecture("inception_v2", family: "InceptionV2", dialects: [.slim]) {
      InceptionV2().builder($0, classes: $1.classes)
    },
    Architecture("inception_v2_bn", family: "InceptionV2", dialects: [.slim]) {
      InceptionV2(isStartNormalized: true).builder($0, classes: $1.classes)
    },
  ]

  /// Whether the separable convolution is normalised as the others are.
  var isStartNormalized = false

  func builder(_ dialect: Dialect, classes: Int?) -> ArchitectureBuilder {
    var normalization = dialect.normalization()
    normalization.hasGamma = false
    var network = BranchBuilder(ArchitectureBuilder(dialect, normalization: normalization))
    addStart("Conv2d_1a_7x7", to: &network)
    addPooling("MaxPool_2a_3x3", to: &network)
    network.add(.init("Conv2d_2b_1x1", 64, 1), .init("Conv2d_2c_3x3", 192, 3))
    addPooling("MaxPool_3a_3x3", to: &network)
    for block in Self.stages[0] { add(block, to: &network) }
    addReduction("Mixed_4a", (128, 160), (64, 96), to: &network)
    for block in Self.stages[1] { add(block, to: &network) }
    addReduction("Mixed_5a", (128, 192), (192, 256), to: &network)
    for block in Self.stages[2] { add(block, to: &network) }
    network.addClassifier(classes, dropout: 0.2)
    return network.builder
  }

  private func addStart(_ name: String, to network: inout BranchBuilder) {
    let separable = SeparableConv2D(
      filters: 64, window: Window(7, stride: 2, padding: .same), multiplier: 8,
      hasBias: !isStartNormalized)
    for node in separable.nodes(name: name, input: network.last) {
      network.builder.add(node.name, node.layer, readingAll: node.inputs)
    }
    if isStartNormalized {
      network.add(SlimNames.normalization(of: name), network.builder.normalization)
    }
    network.add(SlimNames.activation(of: name), ActivationLayer(.relu))
  }

  private func addPooling(_ name: String, to network: inout BranchBuilder) {
    network.add(name, MaxPooling2D(window: Window(3, stride: 2, padding: .same)))
  }

  private func add(_ block: InceptionBlock, to network: inout BranchBuilder) {
    let (name, input) = (block.name, network.last)
    var branches = [
      network.add(.init("Branch_0/Conv2d_0a_1x1", block.single, 1), block: name, reading: input),
      network.add(
        .init("Branch_1/Conv2d_0a_1x1", block.first.inner, 1),
        .init("Branch_1/Conv2d_0b_3x3", block.first.outer, 3), block: name, reading: input),
      network.add(
        .init("Branch_2/Conv2d_0a_1x1", block.second.inner, 1),
        .init("Branch_2/Conv2d_0b_3x3", block.second.outer, 3),
        .init("Branch_2/Conv2d_0c_3x3", block.second.outer, 3), block: name, reading: input),
    ]
    let window = Window(3, padding: .all(1))
    if block.poolsLargest {
      network.add("\(name)/Branch_3/MaxPool_0a_3x3", MaxPooling2D(window: window), reading: input)
    } else {
      network.add(
        "\(name)/Branch_3/AvgPool_0a_3x3",
        AveragePooling2D(window: window, countsPadding: false), reading: input)
    }
    branches.append(
      network.add(.init("Branch_3/Conv2d_0b_1x1", block.pooled, 1), block: name))
    network.join(branches, named: "\(name)/concat")
  }

  /// To half the height and width.
  private func addReduction(
    _ name: String, _ first: (inner: Int, outer: Int), _ second: (inner: Int, outer: Int),
    to network: inout BranchBuilder
  ) {
    let input = network.last
    let branches = [
      network.add(
        .init("Branch_0/Conv2d_0a_1x1", first.inner, 1),
        .init("Branch_0/Conv2d_1a_3x3", first.outer, same: 3, stride: 2), block: name,
        reading: input),
      network.add(
        .init("Branch_1/Conv2d_0a_1x1", second.inner, 1),
        .init("Branch_1/Conv2d_0b_3x3", second.outer, 3),
        .init("Branch_1/Conv2d_1a_3x3", second.outer, same: 3, stride: 2), block: name,
        reading: input),
      network.add(
        "\(name)/Branch_2/MaxPool_1a_3x3",
        MaxPooling2D(window: Window(3, stride: 2, padding: .same)), reading: input),
    ]
    network.join(branches, named: "\(name)/concat")
  }
}
