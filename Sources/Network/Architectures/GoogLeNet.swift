import Kernels

/// GoogLeNet (Szegedy et al., arXiv:1409.4842), with torchvision's batch normalisation, and its 3×3
/// convolutions where the paper has 5×5. The classifiers half-way, which help in training alone, are
/// left out.
struct GoogLeNet {
  /// Channels of an inception block: of the branch of one convolution; within and at the end of those
  /// of two; after the pooling.
  private struct Block {
    let name: String
    let single: Int
    let first: (inner: Int, outer: Int)
    let second: (inner: Int, outer: Int)
    let pooled: Int

    init(
      _ name: String, _ single: Int, _ first: (inner: Int, outer: Int),
      _ second: (inner: Int, outer: Int), _ pooled: Int
    ) {
      self.name = name
      self.single = single
      self.first = first
      self.second = second
      self.pooled = pooled
    }
  }

  /// The blocks between two poolings.
  private static let stages: [[Block]] = [
    [Block("3a", 64, (96, 128), (16, 32), 32), Block("3b", 128, (128, 192), (32, 96), 64)],
    [
      Block("4a", 192, (96, 208), (16, 48), 64), Block("4b", 160, (112, 224), (24, 64), 64),
      Block("4c", 128, (128, 256), (24, 64), 64), Block("4d", 112, (144, 288), (32, 64), 64),
      Block("4e", 256, (160, 320), (32, 128), 128),
    ],
    [Block("5a", 256, (160, 320), (32, 128), 128), Block("5b", 384, (192, 384), (48, 128), 128)],
  ]

  static let architectures: [Architecture] = [
    Architecture("googlenet", family: "GoogLeNet", dialects: [.torchvision]) {
      GoogLeNet().builder($0, classes: $1.classes)
    }
  ]

  func builder(_ dialect: Dialect, classes: Int?) -> ArchitectureBuilder {
    var normalization = dialect.normalization()
    normalization.epsilon = 1e-3
    var network = BranchBuilder(ArchitectureBuilder(dialect, normalization: normalization))
    network.builder.addConvolution(
      "conv1.conv", normalization: "conv1.bn", filters: 64,
      window: Window(7, stride: 2, padding: .all(3)))
    network.add("conv1.relu", ActivationLayer(.relu))
    addPooling("maxpool1", 3, to: &network)
    network.add(.init("conv2", 64, 1), .init("conv3", 192, 3))
    addPooling("maxpool2", 3, to: &network)
    for (index, blocks) in Self.stages.enumerated() {
      for block in blocks { add(block, to: &network) }
      if index < 2 { addPooling("maxpool\(index + 3)", index == 0 ? 3 : 2, to: &network) }
    }
    network.addClassifier(classes, dropout: 0.2)
    return network.builder
  }

  private func addPooling(_ name: String, _ size: Int, to network: inout BranchBuilder) {
    network.add(name, MaxPooling2D(window: Window(size, stride: 2, rounding: .up)))
  }

  private func add(_ block: Block, to network: inout BranchBuilder) {
    let name = "inception\(block.name)"
    let input = network.last
    var branches = [network.add(.init("branch1", block.single, 1), block: name, reading: input)]
    for (branch, channels) in [("branch2", block.first), ("branch3", block.second)] {
      branches.append(
        network.add(
          .init("0", channels.inner, 1), .init("1", channels.outer, 3), block: "\(name).\(branch)",
          reading: input))
    }
    network.add(
      "\(name).branch4.0",
      MaxPooling2D(window: Window(3, padding: .all(1), rounding: .up)), reading: input)
    branches.append(network.add(.init("branch4.1", block.pooled, 1), block: name))
    network.join(branches, named: "\(name).concat")
  }
}
