/// What the dialects call the layers of a residual block. What has no name in torchvision is named after
/// its block.
struct ResNetBlockNames {
  private let dialect: Dialect
  private let hasCaffeNames: Bool
  private let isBottleneck: Bool
  /// Both from 0.
  private let stage: Int
  private let block: Int

  init(_ network: ResNet, _ dialect: Dialect, stage: Int, block: Int) {
    self.dialect = dialect
    hasCaffeNames = network.hasCaffeNames
    isBottleneck = network.isBottleneck
    self.stage = stage
    self.block = block
  }

  /// The block's, in Torch.
  private var scope: String { "layer\(stage + 1).\(block)" }

  private func name(
    _ keras: String, caffe: String, torchvision: String, timm: String? = nil, slim: String
  ) -> String {
    switch dialect {
    case .torchvision, .timm, .efficientNetPyTorch:
      "\(scope)." + dialect.choose(keras: keras, torchvision: torchvision, timm: timm)
    case .slim: "block\(stage + 1)/unit_\(block + 1)/bottleneck_v1/\(slim)"
    case .keras:
      hasCaffeNames
        ? caffe.replacing("*", with: "\(stage + 2)\(Self.letters[block])")
        : "conv\(stage + 2)_block\(block + 1)_\(keras)"
    }
  }

  private static let letters = Array("abcdefghijklmnopqrstuvwxyz")

  /// Numbers from 1.
  func convolution(_ number: Int) -> String {
    name(
      "\(number)_conv", caffe: "res*_branch2\(Self.letters[number - 1])",
      torchvision: "conv\(number)", slim: "conv\(number)")
  }

  func normalization(_ number: Int) -> String {
    name(
      "\(number)_bn", caffe: "bn*_branch2\(Self.letters[number - 1])", torchvision: "bn\(number)",
      slim: SlimNames.normalization(of: "conv\(number)"))
  }

  func activation(_ number: Int) -> String {
    name(
      "\(number)_relu", caffe: "res*_branch2\(Self.letters[number - 1])_relu",
      torchvision: "relu\(number)", timm: "act\(number)",
      slim: SlimNames.activation(of: "conv\(number)"))
  }

  /// The parts of a shortcut, from 0: a convolution and its normalisation, and in timm's names perhaps a
  /// pooling before.
  func shortcut(_ place: Int) -> String {
    let (keras, caffe) = place == 0 ? ("0_conv", "res*_branch1") : ("0_bn", "bn*_branch1")
    return name(
      keras, caffe: caffe, torchvision: "downsample.\(place)",
      slim: place == 0 ? "shortcut" : SlimNames.normalization(of: "shortcut"))
  }

  /// timm's alone, as the next.
  var smoothing: String { "\(scope).aa" }
  var excitation: String { "\(scope).se" }
  var sum: String { name("add", caffe: "res*", torchvision: "add", slim: "add") }

  var output: String {
    name(
      "out", caffe: "res*_relu", torchvision: "relu", timm: "act\(isBottleneck ? 3 : 2)",
      slim: "Relu")
  }
}
