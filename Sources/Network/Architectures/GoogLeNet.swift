import Kernels

/// GoogLeNet (Szegedy et al., arXiv:1409.4842), with torchvision's batch normalisation, and its 3×3
/// convolutions where the paper has 5×5; slim's Inception V1 is the same network, with TensorFlow's
/// padding and without gamma. The classifiers half-way, which help in training alone, are left out.
struct GoogLeNet {
  /// The blocks between two poolings.
  private static let stages: [[InceptionBlock]] = [
    [
      InceptionBlock("3a", 64, (96, 128), (16, 32), 32),
      InceptionBlock("3b", 128, (128, 192), (32, 96), 64),
    ],
    [
      InceptionBlock("4a", 192, (96, 208), (16, 48), 64),
      InceptionBlock("4b", 160, (112, 224), (24, 64), 64),
      InceptionBlock("4c", 128, (128, 256), (24, 64), 64),
      InceptionBlock("4d", 112, (144, 288), (32, 64), 64),
      InceptionBlock("4e", 256, (160, 320), (32, 128), 128),
    ],
    [
      InceptionBlock("5a", 256, (160, 320), (32, 128), 128),
      InceptionBlock("5b", 384, (192, 384), (48, 128), 128),
    ],
  ]

  static let architectures: [Architecture] = [
    Architecture(
      "googlenet", family: "GoogLeNet", dialects: [.torchvision, .slim],
      names: [.slim: "inception_v1"]
    ) {
      GoogLeNet().builder($0, classes: $1.classes)
    }
  ]

  func builder(_ dialect: Dialect, classes: Int?) -> ArchitectureBuilder {
    var normalization = dialect.normalization()
    normalization.epsilon = 1e-3
    normalization.hasGamma = dialect.isOfTorch
    var network = BranchBuilder(
      ArchitectureBuilder(dialect, normalization: normalization), slimName: Self.slimName)
    let first = BranchBuilder.Unit("conv1", 64, same: 7, stride: 2)
    network.add(dialect == .slim ? first : .init("conv1", 64, 7, stride: 2))
    addPooling("maxpool1", slim: "MaxPool_2a_3x3", 3, to: &network)
    network.add(.init("conv2", 64, 1), .init("conv3", 192, 3))
    addPooling("maxpool2", slim: "MaxPool_3a_3x3", 3, to: &network)
    for (index, blocks) in Self.stages.enumerated() {
      for block in blocks { add(block, to: &network) }
      switch index {
      case 0: addPooling("maxpool3", slim: "MaxPool_4a_3x3", 3, to: &network)
      case 1: addPooling("maxpool4", slim: "MaxPool_5a_2x2", 2, to: &network)
      default: break
      }
    }
    network.addClassifier(classes, dropout: 0.2, slim: "Logits/Conv2d_0c_1x1")
    return network.builder
  }

  private func addPooling(
    _ name: String, slim: String, _ size: Int, to network: inout BranchBuilder
  ) {
    let window =
      network.dialect == .slim
      ? Window(size, stride: 2, padding: .same) : Window(size, stride: 2, rounding: .up)
    network.add(network.dialect == .slim ? slim : name, MaxPooling2D(window: window))
  }

  /// `Mixed_3b/Branch_1/Conv2d_0a_1x1` of `inception3a.branch2` and `0`: slim counts the pooling before
  /// the blocks, too.
  private static func slimName(_ block: String, _ unit: String) -> String {
    guard !block.isEmpty else {
      return ["conv1": "Conv2d_1a_7x7", "conv2": "Conv2d_2b_1x1", "conv3": "Conv2d_2c_3x3"][unit]
        ?? unit
    }
    let place = block.split(separator: ".")
    let branch = place.count > 1 ? place[1] : unit.prefix { $0 != "." }
    let number = (branch.last?.wholeNumberValue ?? 1) - 1
    let convolution =
      switch (block, number, unit) {
      case ("inception5a.branch3", _, "1"): "Conv2d_0a_3x3"
      case (_, 3, _): "Conv2d_0b_1x1"
      case (_, _, "1"): "Conv2d_0b_3x3"
      default: "Conv2d_0a_1x1"
      }
    return "\(slimBlock(String(place[0])))/Branch_\(number)/\(convolution)"
  }

  /// `Mixed_3b` of `inception3a`.
  private static func slimBlock(_ block: String) -> String {
    let letters = Array("abcdefg")
    let stage = block.dropFirst("inception".count)
    let place = stage.last.flatMap(letters.firstIndex) ?? 0
    return "Mixed_\(stage.prefix(1))\(letters[place + 1])"
  }

  private func add(_ block: InceptionBlock, to network: inout BranchBuilder) {
    let name = "inception\(block.name)"
    let input = network.last
    var branches = [network.add(.init("branch1", block.single, 1), block: name, reading: input)]
    for (branch, channels) in [("branch2", block.first), ("branch3", block.second)] {
      branches.append(
        network.add(
          .init("0", channels.inner, 1), .init("1", channels.outer, 3), block: "\(name).\(branch)",
          reading: input))
    }
    let isSlim = network.dialect == .slim
    network.add(
      isSlim ? "\(Self.slimBlock(name))/Branch_3/MaxPool_0a_3x3" : "\(name).branch4.0",
      MaxPooling2D(window: Window(3, padding: .all(1), rounding: .up)), reading: input)
    branches.append(network.add(.init("branch4.1", block.pooled, 1), block: name))
    network.join(
      branches, named: isSlim ? "\(Self.slimBlock(name))/concat" : "\(name).concat")
  }
}
