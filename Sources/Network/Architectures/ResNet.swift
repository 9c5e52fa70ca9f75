import Kernels

/// Residual networks (He et al., arXiv:1512.03385), wide ones (arXiv:1605.07146), with groups
/// (ResNeXt, arXiv:1611.05431), with squeeze and excitation (arXiv:1709.01507), and with the stems and
/// shortcuts of arXiv:1812.01187. A bottleneck has its stride on the 3×3 convolution in Torch, on the
/// first 1×1 in Keras, whose convolutions have biases too. In slim it is the last block of a stage, and
/// not the first of the next, that makes images smaller.
struct ResNet {
  /// Blocks of each of the four stages.
  let blocks: [Int]
  /// Blocks of 1×1, 3×3 and 1×1 instead of two 3×3, which Keras does not have.
  var isBottleneck = true
  /// Groups of a bottleneck's 3×3 convolution.
  var groups = 1
  /// Channels of each of these in the first stage.
  var groupWidth = 64
  /// Filters of three 3×3 convolutions that the network begins with; none: of one 7×7.
  var stem: [Int] = []
  /// Whether shortcuts make images smaller by means, and not by leaving pixels out.
  var averagesShortcuts = false
  var hasExcitation = false
  var normalization = Normalization.batch
  var smoothing: Smoothing?
  /// Whether Keras calls the layers as Caffe's did, as it did at first.
  var hasCaffeNames = false

  enum Normalization {
    case batch
    /// Of 32 groups of channels.
    case group
  }

  /// What follows a layer that has given its stride to it, so that the network bears shifts better.
  enum Smoothing {
    case blur
    case average
  }

  /// Channels out of a block, for each of its stage's width.
  var expansion: Int { isBottleneck ? 4 : 1 }

  func builder(_ dialect: Dialect, classes: Int?) -> ArchitectureBuilder {
    var builder = ArchitectureBuilder(
      dialect,
      normalization: dialect.normalization(
        kerasEpsilon: hasCaffeNames ? 1e-3 : 1.001e-5, slimEpsilon: 1e-5, slimMomentum: 0.997))
    addStem(to: &builder)
    var channels = stem.last ?? 64
    for (stage, count) in blocks.enumerated() {
      let width = 64 << stage
      for block in 0..<count {
        let isStrided =
          dialect == .slim
          ? block == count - 1 && stage < blocks.count - 1 : block == 0 && stage > 0
        addBlock(
          ResNetBlockNames(self, dialect, stage: stage, block: block), to: &builder,
          channels: channels, width: width, stride: isStrided ? 2 : 1)
        channels = width * expansion
      }
    }
    builder.add(
      builder.name(
        keras: "avg_pool", torchvision: "avgpool", timm: "global_pool", slim: "pool5"),
      GlobalAveragePooling2D())
    builder.addClassifier(
      builder.name(
        keras: hasCaffeNames ? "fc1000" : "predictions", torchvision: "fc", slim: "logits"),
      classes)
    return builder
  }

  /// What normalises in this network and dialect.
  private func normalization(in builder: ArchitectureBuilder) -> any Layer {
    switch normalization {
    case .batch: builder.normalization
    case .group: GroupNormalization(groups: 32, epsilon: 1e-5)
    }
  }

  private func addConvolution(
    _ name: String, normalization: String, filters: Int, window: Window, groups: Int = 1,
    to builder: inout ArchitectureBuilder, reading input: String? = nil
  ) {
    builder.add(
      name,
      Conv2D(
        filters: filters, window: window, groups: groups, hasBias: builder.dialect == .keras,
        kernelInitialization: .heNormal),
      reading: input ?? builder.last)
    builder.add(normalization, self.normalization(in: builder))
  }

  private func addStem(to builder: inout ArchitectureBuilder) {
    let name = builder.name(
      keras: hasCaffeNames ? "conv1" : "conv1_conv", torchvision: "conv1", slim: "conv1")
    let normalization = builder.name(
      keras: hasCaffeNames ? "bn_conv1" : "conv1_bn", torchvision: "bn1",
      slim: SlimNames.normalization(of: "conv1"))
    if stem.isEmpty {
      addConvolution(
        name, normalization: normalization, filters: 64,
        window: Window(7, stride: 2, padding: .all(3)), to: &builder)
    }
    for (index, filters) in stem.enumerated() {
      let place = 3 * index
      let isLast = index == stem.count - 1
      addConvolution(
        "\(name).\(place)", normalization: isLast ? normalization : "\(name).\(place + 1)",
        filters: filters, window: Window(3, stride: index == 0 ? 2 : 1, padding: .all(1)),
        to: &builder)
      if !isLast { builder.add("\(name).\(place + 2)", ActivationLayer(.relu)) }
    }
    builder.add(
      builder.name(
        keras: "conv1_relu", torchvision: "relu", timm: "act1",
        slim: SlimNames.activation(of: "conv1")), ActivationLayer(.relu))
    addStemPooling(
      builder.name(keras: "pool1_pool", torchvision: "maxpool", slim: "pool1"), to: &builder)
  }

  private func addStemPooling(_ name: String, to builder: inout ArchitectureBuilder) {
    switch smoothing {
    // Keras puts zeros around what a rectifier gave, which no maximum can tell from nothing.
    case nil:
      let padding: PaddingRule = builder.dialect == .slim ? .same : .all(1)
      builder.add(name, MaxPooling2D(window: Window(3, stride: 2, padding: padding)))
    case .blur:
      builder.add("\(name).0", MaxPooling2D(window: Window(3, padding: .all(1))))
      builder.add("\(name).1", BlurPooling2D())
    case .average: builder.add(name, AveragePooling2D(window: Window(2, stride: 2)))
    }
  }

  private func addBlock(
    _ names: ResNetBlockNames, to builder: inout ArchitectureBuilder, channels: Int, width: Int,
    stride: Int
  ) {
    let input = builder.last
    let output = width * expansion
    var shortcut = input
    // Torch has a convolution where sizes differ; so has Keras, whose first blocks are all such. Slim
    // leaves positions out.
    if builder.dialect == .slim, stride != 1, channels == output {
      shortcut = builder.add(
        names.shortcut(0), MaxPooling2D(window: Window(1, stride: stride)), reading: input)
    } else if stride != 1 || channels != output {
      shortcut = addShortcut(names, to: &builder, filters: output, stride: stride)
    }
    let inner = isBottleneck ? width * groupWidth / 64 * groups : width
    let strided = isBottleneck ? builder.dialect.choose(keras: 0, torchvision: 1, slim: 1) : 0
    let sizes = isBottleneck ? [1, 3, 1] : [3, 3]
    for (index, size) in sizes.enumerated() {
      let isLast = index == sizes.count - 1
      let isStrided = index == strided && stride != 1
      addConvolution(
        names.convolution(index + 1), normalization: names.normalization(index + 1),
        filters: isLast ? output : inner,
        window: Window(
          size, stride: isStrided && smoothing == nil ? stride : 1,
          padding: size == 1 ? .valid : .all(1)), groups: isBottleneck && index == 1 ? groups : 1,
        to: &builder, reading: index == 0 ? input : nil)
      if !isLast { builder.add(names.activation(index + 1), ActivationLayer(.relu)) }
      if isStrided, let smoothing { builder.add(names.smoothing, smoothing.layer) }
    }
    if hasExcitation {
      // A multiple of 8, as timm rounds.
      builder.addExcitation(
        names.excitation, squeezed: max(8, (output / 16 + 4) / 8 * 8), channels: output)
    }
    builder.add(names.sum, Add(), reading: builder.last, shortcut)
    builder.add(names.output, ActivationLayer(.relu))
  }

  /// - Returns: its last layer's name.
  private func addShortcut(
    _ names: ResNetBlockNames, to builder: inout ArchitectureBuilder, filters: Int, stride: Int
  ) -> String {
    let averages = averagesShortcuts && stride != 1
    if averages {
      builder.add(
        names.shortcut(0), AveragePooling2D(window: Window(2, stride: stride, rounding: .up)))
    }
    let place = averagesShortcuts ? 1 : 0
    addConvolution(
      names.shortcut(place), normalization: names.shortcut(place + 1), filters: filters,
      window: Window(1, stride: averages ? 1 : stride), to: &builder)
    return builder.last
  }
}

extension ResNet.Smoothing {
  fileprivate var layer: any Layer {
    switch self {
    case .blur: BlurPooling2D()
    case .average: AveragePooling2D(window: Window(2, stride: 2))
    }
  }
}
