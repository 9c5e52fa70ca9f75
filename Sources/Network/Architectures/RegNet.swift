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
    let names = RegNetNames(dialect: dialect, scope: "stem")
    builder.addConvolution(
      names.convolution, normalization: names.normalization, filters: Self.stem,
      window: Window(3, stride: 2, padding: .all(1)))
    builder.add(names.activation, ActivationLayer(.relu))
    var channels = Self.stem
    for (stage, (depth, width)) in zip(depths, widths).enumerated() {
      for block in 0..<depth {
        addBlock(
          dialect.choose(
            keras: "", torchvision: "trunk_output.block\(stage + 1).block\(stage + 1)-\(block)",
            timm: "s\(stage + 1).b\(block + 1)"),
          to: &builder, channels: channels, width: width, stride: block == 0 ? 2 : 1)
        channels = width
      }
    }
    builder.add(
      builder.name(keras: "", torchvision: "avgpool", timm: "head.global_pool"),
      GlobalAveragePooling2D())
    builder.addClassifier(builder.name(keras: "", torchvision: "fc", timm: "head.fc"), classes)
    return builder
  }

  private func addBlock(
    _ block: String, to builder: inout ArchitectureBuilder, channels: Int, width: Int, stride: Int
  ) {
    let dialect = builder.dialect
    func names(_ torchvision: String, _ timm: String) -> RegNetNames {
      RegNetNames(
        dialect: dialect,
        scope: block + "." + dialect.choose(keras: "", torchvision: torchvision, timm: timm))
    }
    let input = builder.last
    var shortcut = input
    if stride != 1 || channels != width {
      let names = names("proj", "downsample")
      shortcut = builder.addConvolution(
        names.convolution, normalization: names.normalization, filters: width,
        window: Window(1, stride: stride))
    }
    let first = names("f.a", "conv1")
    builder.addConvolution(
      first.convolution, normalization: first.normalization, filters: width, window: Window(1),
      reading: input)
    builder.add(first.activation, ActivationLayer(.relu))
    let second = names("f.b", "conv2")
    builder.addConvolution(
      second.convolution, normalization: second.normalization, filters: width,
      window: Window(3, stride: stride, padding: .all(1)), groups: width / min(groupWidth, width))
    builder.add(second.activation, ActivationLayer(.relu))
    if hasExcitation {
      // Python rounds halves to even numbers.
      let squeezed = Int((Double(channels) * 0.25).rounded(.toNearestOrEven))
      builder.addExcitation(
        names("f.se", "se").scope, squeezed: squeezed, channels: width)
    }
    let third = names("f.c", "conv3")
    builder.addConvolution(
      third.convolution, normalization: third.normalization, filters: width, window: Window(1))
    builder.add("\(block).add", Add(), reading: shortcut, builder.last)
    builder.add(
      "\(block)." + dialect.choose(keras: "", torchvision: "activation", timm: "act3"),
      ActivationLayer(.relu))
  }
}

/// What the dialects call a convolution and what follows it.
private struct RegNetNames {
  let dialect: Dialect
  let scope: String

  private func name(_ torchvision: String, _ timm: String) -> String {
    scope + "." + dialect.choose(keras: "", torchvision: torchvision, timm: timm)
  }

  var convolution: String { name("0", "conv") }
  var normalization: String { name("1", "bn") }
  var activation: String { name("2", "bn.act") }
}
