import Kernels

/// A network of `MobileBlock`s in numbers, between a first convolution and a classifier.
struct MobileNetwork {
  /// Channels of the first convolution, which halves the image.
  let stem: Int
  let blocks: [MobileBlock]
  /// Channels of the last convolution; `nil` where the blocks are the last ones.
  let head: Int?
  let activation: Activation
  var rules = MobileRules()

  /// What a framework calls the layers that are not of blocks.
  struct Names {
    let stem: ConvolutionNames
    let head: ConvolutionNames
    var pool = "avgpool"
    var dropout = "classifier.0"
    var classifier = "classifier.1"

    static let timm = Names(
      stem: ConvolutionNames("conv_stem", "bn1", "bn1.act"),
      head: ConvolutionNames("conv_head", "bn2", "bn2.act"), pool: "global_pool",
      dropout: "drop", classifier: "classifier")

    /// - Parameters:
    ///   - stem: the first convolution's scope.
    ///   - head: the last one's.
    static func slim(stem: String, head: String, dropout: String) -> Names {
      Names(
        stem: SlimNames.convolution(stem), head: SlimNames.convolution(head),
        pool: "Logits/AvgPool", dropout: dropout, classifier: "Logits/Conv2d_1c_1x1")
    }

    /// torchvision's, where the head is the last of the features.
    static func torchvision(features count: Int) -> Names {
      Names(
        stem: ConvolutionNames("features.0.0", "features.0.1", "features.0.2"),
        head: ConvolutionNames(
          "features.\(count).0", "features.\(count).1", "features.\(count).2"))
    }
  }

  /// Adds all convolutions.
  func addFeatures(
    to builder: inout ArchitectureBuilder, _ names: Names,
    blockNames: (MobileBlock) -> any MobileBlockNames
  ) {
    // Keras' MobileNet has its own way with blocks only.
    let window = (rules.padding == .atEnd ? .same : rules.padding).window(3, stride: 2)
    builder.addConvolution(names.stem, filters: stem, window: window, activation: activation)
    for block in blocks { builder.add(block, blockNames(block), rules) }
    if let head {
      builder.addConvolution(names.head, filters: head, window: Window(1), activation: activation)
    }
  }

  /// Adds the mean over all positions, and a classifier where there are classes.
  func addTop(
    to builder: inout ArchitectureBuilder, _ names: Names, dropout: Double = 0, classes: Int?
  ) {
    builder.add(names.pool, GlobalAveragePooling2D())
    guard let classes else { return }
    if dropout > 0 { builder.add(names.dropout, Dropout(rate: dropout)) }
    builder.addClassifier(names.classifier, classes)
  }
}

extension ArchitectureBuilder {
  /// Adds a convolution without bias, its normalisation, and the activation if one is given.
  mutating func addConvolution(
    _ names: ConvolutionNames, filters: Int, window: Window, activation: Activation?
  ) {
    addConvolution(
      names.convolution, normalization: names.normalization, filters: filters, window: window)
    if let activation { add(names.activation, ActivationLayer(activation)) }
  }

  mutating func add(
    _ block: MobileBlock, _ names: any MobileBlockNames, _ rules: MobileRules
  ) {
    let input = last
    for (index, step) in block.steps.enumerated() {
      switch step {
      case .convolution(let part, let kernel, let stride, let filters, let isActivated):
        addConvolution(
          names.convolution(part, step: index), filters: filters,
          window: rules.window(kernel, stride: stride),
          activation: isActivated ? block.activation : nil)
        addSmoothing(part, stride: stride, names, rules)
      case .depthwise(let part, let kernel, let stride, let isActivated):
        let layers = names.convolution(part, step: index)
        addDepthwise(
          layers.convolution, normalization: layers.normalization,
          window: rules.window(kernel, stride: stride))
        if isActivated { add(layers.activation, ActivationLayer(block.activation)) }
        addSmoothing(part, stride: stride, names, rules)
      case .excitation(let squeezed, let filters):
        addExcitation(
          names.excitation(step: index), squeezed: squeezed, channels: filters,
          activation: rules.squeezeActivation ?? block.activation, gate: rules.gate)
      }
    }
    guard block.isResidual else { return }
    if block.skipRate > 0 {
      add(names.skip, Dropout(rate: block.skipRate, sharedAxes: [0, 1, 2]))
    }
    add(names.sum, Add(), reading: last, input)
  }

  private mutating func addSmoothing(
    _ part: MobileBlock.Part, stride: Int, _ names: any MobileBlockNames, _ rules: MobileRules
  ) {
    guard stride > 1, let smoothing = rules.smoothing else { return }
    switch smoothing {
    case .average:
      add(names.smoothing(part), AveragePooling2D(window: Window(2, stride: stride)))
    case .blur:
      add(names.smoothing(part), BlurPooling2D(stride: stride, content: .constant(0)))
    }
  }
}

extension MobileRules {
  /// Of a convolution, whose stride may be that of what smooths after it.
  fileprivate func window(_ size: Int, stride: Int) -> Window {
    padding.window(size, stride: smoothing == nil ? stride : 1)
  }
}
