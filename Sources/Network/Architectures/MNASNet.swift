import Kernels

/// MnasNet-B1 (Tan et al., arXiv:1807.11626): MobileNetV2's blocks, their kernels and widths found by
/// search.
struct MNASNet {
  let width: Double

  private static let stages: [[MobileStack]] = [
    [.separable(16)], [.inverted(24, 3, stride: 2, factor: 3)],
    [.inverted(40, 3, kernel: 5, stride: 2, factor: 3)],
    [.inverted(80, 3, kernel: 5, stride: 2, factor: 6)], [.inverted(96, 2, factor: 6)],
    [.inverted(192, 4, kernel: 5, stride: 2, factor: 6)], [.inverted(320, factor: 6)],
  ]

  static let architectures: [Architecture] = [
    member("mnasnet0_5", 0.5, timm: "mnasnet_050"),
    member("mnasnet0_75", 0.75, timm: "mnasnet_075"),
    member("mnasnet1_0", 1, timm: "mnasnet_100"),
    Architecture("mnasnet1_3", family: "MNASNet", dialects: [.torchvision]) {
      MNASNet(width: 1.3).builder($0, classes: $1.classes)
    },
    Architecture("mnasnet_140", family: "MNASNet", dialects: [.timm]) {
      MNASNet(width: 1.4).builder($0, classes: $1.classes)
    },
  ]

  private static func member(_ name: String, _ width: Double, timm: String) -> Architecture {
    Architecture(
      name, family: "MNASNet", dialects: [.torchvision, .timm], names: [.timm: timm]
    ) { MNASNet(width: width).builder($0, classes: $1.classes) }
  }

  func builder(_ dialect: Dialect, classes: Int?) -> ArchitectureBuilder {
    var normalization = dialect.normalization()
    if dialect == .torchvision { normalization.momentum = 0.9997 }
    var builder = ArchitectureBuilder(dialect, normalization: normalization)
    let scale = MobileScale(width: width)
    let stem = scale.channels(32)
    let network = MobileNetwork(
      stem: stem, blocks: scale.blocks(Self.stages, input: stem, activation: .relu), head: 1280,
      activation: .relu)
    guard dialect == .torchvision else {
      network.addFeatures(to: &builder, .timm) { TimmBlockNames($0) }
      network.addTop(to: &builder, .timm, classes: classes)
      return builder
    }
    let names = MobileNetwork.Names(
      stem: ConvolutionNames("layers.0", "layers.1", "layers.2"),
      head: ConvolutionNames("layers.14", "layers.15", "layers.16"))
    network.addFeatures(to: &builder, names) { TorchvisionBlockNames(block: $0) }
    network.addTop(to: &builder, names, dropout: 0.2, classes: classes)
    return builder
  }

  /// Names of a block that is one flat sequence; the first lies in the sequence of the whole network.
  private struct TorchvisionBlockNames: MobileBlockNames {
    let block: MobileBlock
    private var prefix: String { "layers.\(block.stage + 7).\(block.index)" }

    func convolution(_ part: MobileBlock.Part, step: Int) -> ConvolutionNames {
      let sequence = block.number == 0 ? "layers" : "\(prefix).layers"
      let place = 3 * step + (block.number == 0 ? 3 : 0)
      return ConvolutionNames(
        "\(sequence).\(place)", "\(sequence).\(place + 1)", "\(sequence).\(place + 2)")
    }

    func excitation(step: Int) -> ExcitationNames {
      preconditionFailure("MnasNet-B1 has no excitation")
    }

    var skip: String { "\(prefix).skip" }
    var sum: String { "\(prefix).add" }
  }
}
