import Kernels

/// Regular networks (Radosavovic et al., arXiv:2003.13678): residual bottlenecks that are as wide inside
/// as out, with groups of one width; the Y's with squeeze and excitation.
struct RegNet {
  /// Blocks and channels of each of the four stages.
  let depths: [Int]
  let widths: [Int]
  /// Channels of a group.
  let groupWidth: Int
  let hasExcitation: Bool

  private static let stem = 32

  func builder(_ dialect: Dialect, classes: Int?) -> ArchitectureBuilder {
    var builder = ArchitectureBuilder(dialect)
    let isOfTimm = dialect == .timm
    add(
      RegNetNames("stem", isOfTimm: isOfTimm), to: &builder, filters: Self.stem,
      window: Window(3, stride: 2, padding: .all(1)))
    var channels = Self.stem
    for (index, (depth, width)) in zip(depths, widths).enumerated() {
      let stage = index + 1
      for block in 0..<depth {
        addBlock(
          isOfTimm
            ? "s\(stage).b\(block + 1)" : "trunk_output.block\(stage).block\(stage)-\(block)",
          to: &builder, channels: channels, width: width, stride: block == 0 ? 2 : 1)
        channels = width
      }
    }
    builder.add(isOfTimm ? "head.global_pool" : "avgpool", GlobalAveragePooling2D())
    builder.addClassifier(isOfTimm ? "head.fc" : "fc", classes)
    return builder
  }

  private func addBlock(
    _ block: String, to builder: inout ArchitectureBuilder, channels: Int, width: Int, stride: Int
  ) {
    let isOfTimm = builder.dialect == .timm
    func names(_ torchvision: String, _ timm: String) -> RegNetNames {
      RegNetNames("\(block).\(isOfTimm ? timm : torchvision)", isOfTimm: isOfTimm)
    }
    let input = builder.last
    var shortcut = input
    if stride != 1 || channels != width {
      add(
        names("proj", "downsample"), to: &builder, filters: width,
        window: Window(1, stride: stride), isActivated: false)
      shortcut = builder.last
    }
    add(
      names("f.a", "conv1"), to: &builder, filters: width, window: Window(1), reading: input)
    add(
      names("f.b", "conv2"), to: &builder, filters: width,
      window: Window(3, stride: stride, padding: .all(1)), groups: width / min(groupWidth, width))
    if hasExcitation {
      // Python rounds halves to even numbers.
      let squeezed = (Double(channels) * 0.25).rounded(.toNearestOrEven)
      builder.addExcitation(
        names("f.se", "se").scope, squeezed: Int(squeezed), channels: width)
    }
    add(
      names("f.c", "conv3"), to: &builder, filters: width, window: Window(1), isActivated: false)
    builder.add("\(block).add", Add(), reading: shortcut, builder.last)
    builder.add("\(block).\(isOfTimm ? "act3" : "activation")", ActivationLayer(.relu))
  }

  private func add(
    _ names: RegNetNames, to builder: inout ArchitectureBuilder, filters: Int, window: Window,
    groups: Int = 1, isActivated: Bool = true, reading input: String? = nil
  ) {
    builder.addConvolution(
      names.convolution, normalization: names.normalization, filters: filters, window: window,
      groups: groups, reading: input)
    if isActivated { builder.add(names.activation, ActivationLayer(.relu)) }
  }
}

/// What the dialects call a convolution and what follows it.
private struct RegNetNames {
  let scope: String
  private let parts: [String]

  init(_ scope: String, isOfTimm: Bool) {
    self.scope = scope
    parts = isOfTimm ? ["conv", "bn", "act"] : ["0", "1", "2"]
  }

  var convolution: String { "\(scope).\(parts[0])" }
  var normalization: String { "\(scope).\(parts[1])" }
  var activation: String { "\(scope).\(parts[2])" }
}
