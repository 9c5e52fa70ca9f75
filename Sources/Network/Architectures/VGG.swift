import Kernels

/// VGG (Simonyan and Zisserman, arXiv:1409.1556): 3×3 convolutions in five blocks, then three dense
/// layers, of which torchvision and slim drop out from two, and of which timm and slim make the first two
/// convolutions.
struct VGG {
  /// Convolutions of each block.
  let convolutions: [Int]
  /// Whether each is normalised.
  var isNormalized = false
  /// Units of the first dense layers.
  var hidden = 4096

  static let architectures: [Architecture] = [
    ("vgg11", [1, 1, 2, 2, 2], "vgg_a"), ("vgg13", [2, 2, 2, 2, 2], nil),
    ("vgg16", [2, 2, 3, 3, 3], "vgg_16"), ("vgg19", [2, 2, 4, 4, 4], "vgg_19"),
  ].flatMap { (name: String, convolutions: [Int], slim: String?) in
    let isOfKeras = convolutions[4] > 2
    return [
      member(
        name, VGG(convolutions: convolutions),
        dialects: isOfKeras ? [.torchvision, .keras, .timm] : [.torchvision, .timm], slim: slim),
      member("\(name)_bn", VGG(convolutions: convolutions, isNormalized: true)),
    ]
  }

  private static func member(
    _ name: String, _ network: VGG, dialects: [Dialect] = [.torchvision, .timm],
    slim: String? = nil
  ) -> Architecture {
    Architecture(
      name, family: "VGG", dialects: slim == nil ? dialects : dialects + [.slim],
      names: slim.map { [.slim: $0] } ?? [:]
    ) {
      network.builder($0, input: $1.input, classes: $1.classes)
    }
  }

  func builder(_ dialect: Dialect, input: Shape, classes: Int?) -> ArchitectureBuilder {
    var builder = ArchitectureBuilder(dialect)
    // Torch counts convolutions, normalisations, activations and poolings.
    var place = 0
    for (block, count) in convolutions.enumerated() {
      for convolution in 1...count {
        addConvolution(
          builder.name(
            keras: "block\(block + 1)_conv\(convolution)", torchvision: "features.\(place)",
            slim: "conv\(block + 1)/conv\(block + 1)_\(convolution)"),
          to: &builder, place: place, filters: min(64 << block, 512))
        place += isNormalized ? 3 : 2
      }
      builder.add(
        builder.name(
          keras: "block\(block + 1)_pool", torchvision: "features.\(place)",
          slim: "pool\(block + 1)"),
        MaxPooling2D(window: Window(2, stride: 2)))
      place += 1
    }
    switch dialect {
    case .timm, .slim: addConvolutionalHead(to: &builder, input: input, classes: classes)
    default: addDenseHead(to: &builder, classes: classes)
    }
    return builder
  }

  private func addConvolution(
    _ name: String, to builder: inout ArchitectureBuilder, place: Int, filters: Int
  ) {
    builder.add(
      name,
      Conv2D(
        filters: filters, window: Window(3, padding: .all(1)),
        activation: isNormalized ? .linear : .relu, kernelInitialization: .heNormal))
    guard isNormalized else { return }
    builder.add("features.\(place + 1)", builder.normalization)
    builder.add("features.\(place + 2)", ActivationLayer(.relu))
  }

  /// Height and width of the features that the head is made for.
  private static let side = 7

  private func addDenseHead(to builder: inout ArchitectureBuilder, classes: Int?) {
    guard let classes else {
      builder.add("pool", GlobalAveragePooling2D())
      return
    }
    if builder.dialect == .torchvision {
      builder.add("avgpool", AdaptiveAveragePooling2D(height: Self.side, width: Self.side))
    }
    builder.add("flatten", Flatten())
    for layer in 1...2 {
      let place = 3 * (layer - 1)
      builder.add(
        builder.name(keras: "fc\(layer)", torchvision: "classifier.\(place)"),
        Dense(units: hidden, activation: .relu, kernelInitialization: .heNormal))
      if builder.dialect == .torchvision {
        builder.add("classifier.\(place + 2)", Dropout(rate: 0.5))
      }
    }
    builder.add(
      builder.name(keras: "predictions", torchvision: "classifier.6"), Dense(units: classes))
  }

  /// Without a classifier timm and slim keep what stands before it.
  private func addConvolutionalHead(
    to builder: inout ArchitectureBuilder, input: Shape, classes: Int?
  ) {
    // Smaller features are spread, larger ones are filtered as they are.
    let size = input.dimensions.prefix(2).map { $0 >> convolutions.count }
    if size.contains(where: { $0 < Self.side }) {
      builder.add(
        builder.dialect == .slim ? "pool6" : "pre_logits.pool",
        AdaptiveAveragePooling2D(
          height: max(Self.side, size[0]), width: max(Self.side, size[1])))
    }
    for (layer, window) in [Window(Self.side), Window(1)].enumerated() {
      builder.add(
        builder.dialect == .slim ? "fc\(layer + 6)" : "pre_logits.fc\(layer + 1)",
        Conv2D(
          filters: hidden, window: window, activation: .relu, kernelInitialization: .heNormal))
      if builder.dialect == .slim, classes != nil {
        builder.add("dropout\(layer + 6)", Dropout(rate: 0.5))
      }
    }
    builder.add(
      builder.dialect == .slim ? "global_pool" : "head.global_pool", GlobalAveragePooling2D())
    builder.addClassifier(builder.dialect == .slim ? "fc8" : "head.fc", classes)
  }
}
