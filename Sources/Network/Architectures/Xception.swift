import Kernels

/// Xception (Chollet, arXiv:1610.02357) as Keras Applications has it: separable convolutions, with a
/// way around every two or three of them.
struct Xception {
  static let architectures: [Architecture] = [
    Architecture("xception", family: "Xception", dialects: [.keras], edge: 299) {
      Xception($0).builder(classes: $1.classes)
    }
  ]

  private var network: BranchBuilder

  init(_ dialect: Dialect) {
    network = BranchBuilder(ArchitectureBuilder(dialect))
  }

  func builder(classes: Int?) -> ArchitectureBuilder {
    var built = self
    for (number, filters) in [(1, 32), (2, 64)] {
      let name = "block1_conv\(number)"
      built.network.builder.addConvolution(
        name, normalization: "\(name)_bn", filters: filters,
        window: Window(3, stride: number == 1 ? 2 : 1))
      built.network.add("\(name)_act", ActivationLayer(.relu))
    }
    for (block, filters) in [(2, [128, 128]), (3, [256, 256]), (4, [728, 728])] {
      built.addReduction(block, filters)
    }
    for block in 5...12 { built.addResidual(block) }
    built.addReduction(13, [728, 1024])
    for (number, filters) in [(1, 1536), (2, 2048)] {
      built.network.addSeparable("block14_sepconv\(number)", filters, size: 3)
      built.network.add("block14_sepconv\(number)_act", ActivationLayer(.relu))
    }
    built.network.addClassifier(classes, dropout: 0)
    return built.network.builder
  }

  /// To half the height and width.
  private mutating func addReduction(_ block: Int, _ filters: [Int]) {
    let input = network.last
    let shortcut = network.builder.addConvolution(
      network.numbered("conv2d"), normalization: network.numbered("batch_normalization"),
      filters: filters[1], window: Window(1, stride: 2, padding: .same))
    addSeparables(block, filters, reading: input)
    network.add(
      "block\(block)_pool", MaxPooling2D(window: Window(3, stride: 2, padding: .same)))
    network.add(network.numbered("add"), Add(), reading: network.last, shortcut)
  }

  private mutating func addResidual(_ block: Int) {
    let input = network.last
    addSeparables(block, [728, 728, 728], reading: input)
    network.add(network.numbered("add"), Add(), reading: network.last, input)
  }

  /// Each behind a rectifier; the very first has had one.
  private mutating func addSeparables(_ block: Int, _ filters: [Int], reading input: String) {
    for (index, count) in filters.enumerated() {
      let name = "block\(block)_sepconv\(index + 1)"
      let source = index == 0 ? input : network.last
      if block == 2, index == 0 {
        network.addSeparable(name, count, size: 3, reading: source)
      } else {
        network.add("\(name)_act", ActivationLayer(.relu), reading: source)
        network.addSeparable(name, count, size: 3)
      }
    }
  }
}

extension BranchBuilder {
  /// Adds a separable convolution of Keras' and its batch normalisation.
  /// - Parameter normalization: `NAME_bn`, if not given.
  mutating func addSeparable(
    _ name: String, _ filters: Int, size: Int, stride: Int = 1, normalization: String? = nil,
    reading input: String? = nil
  ) {
    let separable = SeparableConv2D(
      filters: filters, window: Window(size, stride: stride, padding: .same), hasBias: false)
    for node in separable.nodes(name: name, input: input ?? last) {
      builder.add(node.name, node.layer, readingAll: node.inputs)
    }
    add(normalization ?? "\(name)_bn", builder.normalization)
  }
}
