import Kernels

/// ShuffleNetV2 (Ma et al., arXiv:1807.11164): half of the channels pass through a block as they are,
/// and channels of both halves are shuffled after each. torchvision alone has it.
struct ShuffleNetV2 {
  /// Channels of the three stages.
  let stages: [Int]
  var head = 1024

  private static let blocks = [4, 8, 4]
  private static let stem = 24

  static let architectures: [Architecture] = [
    member("x0_5", ShuffleNetV2(stages: [48, 96, 192])),
    member("x1_0", ShuffleNetV2(stages: [116, 232, 464])),
    member("x1_5", ShuffleNetV2(stages: [176, 352, 704])),
    member("x2_0", ShuffleNetV2(stages: [244, 488, 976], head: 2048)),
  ]

  private static func member(_ name: String, _ network: ShuffleNetV2) -> Architecture {
    Architecture("shufflenet_v2_\(name)", family: "ShuffleNetV2", dialects: [.torchvision]) {
      network.builder(input: $1.input, classes: $1.classes)
    }
  }

  func builder(input: Shape, classes: Int?) -> ArchitectureBuilder {
    var builder = ArchitectureBuilder(.torchvision)
    builder.addConvolution(
      ConvolutionNames("conv1.0", "conv1.1", "conv1.2"), filters: Self.stem,
      window: Window(3, stride: 2, padding: .all(1)), activation: .relu)
    builder.add("maxpool", MaxPooling2D(window: Window(3, stride: 2, padding: .all(1))))
    // Of the image, after what halves it twice; slices ask for it.
    var space = input.dimensions.dropLast().map { Self.half(Self.half($0)) }
    for (stage, channels) in stages.enumerated() {
      space = space.map(Self.half)
      for block in 0..<Self.blocks[stage] {
        let name = "stage\(stage + 2).\(block)"
        if block == 0 {
          addReduction(name, to: &builder, channels: channels)
        } else {
          addBlock(name, to: &builder, space: space, channels: channels)
        }
        builder.add("\(name).shuffle", ChannelShuffle(groups: 2))
      }
    }
    builder.addConvolution(
      ConvolutionNames("conv5.0", "conv5.1", "conv5.2"), filters: head, window: Window(1),
      activation: .relu)
    builder.add("globalpool", GlobalAveragePooling2D())
    builder.addClassifier("fc", classes)
    return builder
  }

  private static func half(_ size: Int) -> Int { size / 2 + size % 2 }

  /// Halves the image; both branches read all channels.
  private func addReduction(
    _ name: String, to builder: inout ArchitectureBuilder, channels: Int
  ) {
    let input = builder.last
    builder.addDepthwise(
      "\(name).branch1.0", normalization: "\(name).branch1.1",
      window: Window(3, stride: 2, padding: .all(1)))
    builder.addConvolution(
      ConvolutionNames("\(name).branch1.2", "\(name).branch1.3", "\(name).branch1.4"),
      filters: channels / 2, window: Window(1), activation: .relu)
    let first = builder.last
    addBranch(name, to: &builder, channels: channels, stride: 2, reading: input)
    builder.add("\(name).cat", Concatenate(), reading: first, builder.last)
  }

  private func addBlock(
    _ name: String, to builder: inout ArchitectureBuilder, space: [Int], channels: Int
  ) {
    let input = builder.last
    let halves = (0..<2).map { half in
      builder.add(
        "\(name).chunk.\(half)",
        Slice(
          space.map { Slice.Axis(start: 0, step: 1, count: $0) } + [
            Slice.Axis(start: half * channels / 2, step: 1, count: channels / 2)
          ]), reading: input)
    }
    addBranch(name, to: &builder, channels: channels, stride: 1, reading: halves[1])
    builder.add("\(name).cat", Concatenate(), reading: halves[0], builder.last)
  }

  private func addBranch(
    _ name: String, to builder: inout ArchitectureBuilder, channels: Int, stride: Int,
    reading input: String
  ) {
    let branch = "\(name).branch2"
    builder.addConvolution(
      "\(branch).0", normalization: "\(branch).1", filters: channels / 2, window: Window(1),
      reading: input)
    builder.add("\(branch).2", ActivationLayer(.relu))
    builder.addDepthwise(
      "\(branch).3", normalization: "\(branch).4",
      window: Window(3, stride: stride, padding: .all(1)))
    builder.addConvolution(
      ConvolutionNames("\(branch).5", "\(branch).6", "\(branch).7"), filters: channels / 2,
      window: Window(1), activation: .relu)
  }
}
