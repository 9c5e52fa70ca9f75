import Kernels

/// Inception-ResNet V2 (Szegedy et al., arXiv:1602.07261) as Keras Applications has it: inception
/// blocks whose branches are added, at a tenth or two, to what they read.
struct InceptionResNetV2 {
  static let architectures: [Architecture] = [
    Architecture(
      "inception_resnet_v2", family: "InceptionResNetV2", dialects: [.keras], edge: 299
    ) {
      InceptionResNetV2($0).builder(classes: $1.classes)
    }
  ]

  private var network: BranchBuilder

  init(_ dialect: Dialect) {
    network = BranchBuilder(
      ArchitectureBuilder(dialect, normalization: BatchNormalization(hasGamma: false)))
  }

  func builder(classes: Int?) -> ArchitectureBuilder {
    var built = self
    built.addStem()
    for number in 1...10 { built.addResidual("block35", number, channels: 320, scale: 0.17) }
    built.addFirstReduction()
    for number in 1...20 { built.addResidual("block17", number, channels: 1088, scale: 0.1) }
    built.addSecondReduction()
    for number in 1...10 {
      built.addResidual("block8", number, channels: 2080, scale: number == 10 ? 1 : 0.2)
    }
    built.network.builder.addConvolution(
      "conv_7b", normalization: "conv_7b_bn", filters: 1536, window: Window(1))
    built.network.add("conv_7b_ac", ActivationLayer(.relu))
    built.network.addClassifier(classes, dropout: 0)
    return built.network.builder
  }

  private mutating func addStem() {
    network.add(.init("", 32, valid: 3, stride: 2), .init("", 32, valid: 3), .init("", 64, 3))
    addPooling()
    network.add(.init("", 80, 1), .init("", 192, valid: 3))
    let input = addPooling()
    var branches = [
      network.add(.init("", 96, 1), reading: input),
      network.add(.init("", 48, 1), .init("", 64, 5), reading: input),
      network.add(.init("", 64, 1), .init("", 96, 3), .init("", 96, 3), reading: input),
    ]
    network.add(
      network.numbered("average_pooling2d"), AveragePooling2D(window: Window(3, padding: .all(1))),
      reading: input)
    branches.append(network.add(.init("", 64, 1)))
    network.join(branches, named: "mixed_5b")
  }

  @discardableResult
  private mutating func addPooling(reading input: String? = nil) -> String {
    network.add(
      network.numbered("max_pooling2d"), MaxPooling2D(window: Window(3, stride: 2)),
      reading: input ?? network.last)
  }

  private mutating func addFirstReduction() {
    let input = network.last
    let branches = [
      network.add(.init("", 384, valid: 3, stride: 2), reading: input),
      network.add(
        .init("", 256, 1), .init("", 256, 3), .init("", 384, valid: 3, stride: 2), reading: input),
      addPooling(reading: input),
    ]
    network.join(branches, named: "mixed_6a")
  }

  private mutating func addSecondReduction() {
    let input = network.last
    let branches = [
      network.add(.init("", 256, 1), .init("", 384, valid: 3, stride: 2), reading: input),
      network.add(.init("", 256, 1), .init("", 288, valid: 3, stride: 2), reading: input),
      network.add(
        .init("", 256, 1), .init("", 288, 3), .init("", 320, valid: 3, stride: 2), reading: input),
      addPooling(reading: input),
    ]
    network.join(branches, named: "mixed_7a")
  }

  /// The last one, of scale 1, has no rectifier.
  private mutating func addResidual(_ kind: String, _ number: Int, channels: Int, scale: Float) {
    let name = "\(kind)_\(number)"
    let input = network.last
    network.join(addBranches(kind, reading: input), named: "\(name)_mixed")
    network.add(
      "\(name)_conv",
      Conv2D(filters: channels, window: Window(1), kernelInitialization: .heNormal))
    let sum = network.numbered("custom_scale_layer")
    network.add("\(sum)_scaled", Rescaling(scale: [scale], offset: [0]))
    network.add(sum, Add(), reading: input, network.last)
    if scale != 1 { network.add("\(name)_ac", ActivationLayer(.relu)) }
  }

  private mutating func addBranches(_ kind: String, reading input: String) -> [String] {
    switch kind {
    case "block35":
      [
        network.add(.init("", 32, 1), reading: input),
        network.add(.init("", 32, 1), .init("", 32, 3), reading: input),
        network.add(.init("", 32, 1), .init("", 48, 3), .init("", 64, 3), reading: input),
      ]
    case "block17":
      [
        network.add(.init("", 192, 1), reading: input),
        network.add(
          .init("", 128, 1), .init("", 160, height: 1, width: 7),
          .init("", 192, height: 7, width: 1), reading: input),
      ]
    default:
      [
        network.add(.init("", 192, 1), reading: input),
        network.add(
          .init("", 192, 1), .init("", 224, height: 1, width: 3),
          .init("", 256, height: 3, width: 1), reading: input),
      ]
    }
  }
}
