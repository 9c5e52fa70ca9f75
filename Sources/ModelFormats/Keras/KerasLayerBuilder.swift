import Kernels
import Network

/// Turns one layer's configuration into the layers of ours that do the same.
struct KerasLayerBuilder {
  /// One of ours, and where its parameters stand in the file.
  struct Part {
    /// What its name adds to that of Keras' layer. The last part adds nothing but where it is a
    /// softmax, which training takes off.
    var suffix = ""
    let layer: any Layer
    /// Our parameter's name → the names that versions of Keras give it, where they differ.
    var fileNames: [String: [String]] = [:]
  }

  /// Major version of Keras that wrote the file.
  let major: Int

  /// Layers that change nothing once a network is trained, and why they are left out.
  static let dropped: [String: String] = [
    "RandomFlip": "random augmentation", "RandomRotation": "random augmentation",
    "RandomZoom": "random augmentation", "RandomContrast": "random augmentation",
    "RandomTranslation": "random augmentation", "RandomBrightness": "random augmentation",
    "GaussianNoise": "noise in training", "GaussianDropout": "noise in training",
    "AlphaDropout": "noise in training", "SpatialDropout2D": "dropout of whole channels",
    "ActivityRegularization": "a penalty in training",
  ]

  /// - Parameter inputs: shapes of what the layer reads.
  /// - Parameter statistics: values of the layer's weights by name, for those that are constants of
  ///   ours.
  /// - Returns: in the order in which they read each other; none for a layer of `dropped`.
  /// - Throws: for a class that is not known, and for settings that are not.
  func parts(
    of layer: KerasLayerConfiguration, inputs: [Shape],
    statistics: (String) throws(UnexpectedContent) -> [Float]
  ) throws(UnexpectedContent) -> [Part] {
    if Self.dropped[layer.className] != nil { return [] }
    // With the batch.
    let rank = (inputs.first?.rank ?? 0) + 1
    let last = rank - 1
    if let activation = try KerasActivation(layer: layer, major: major, rank: last) {
      switch activation {
      case .elementwise(let function): return [Part(layer: ActivationLayer(function))]
      case .softmax: return [Part(layer: Softmax())]
      }
    }
    switch layer.className {
    case "Conv2D", "Convolution2D", "DepthwiseConv2D", "SeparableConv2D", "SeparableConvolution2D":
      return try convolution(layer)
    case "Dense":
      let (function, isSoftmax) = try activation(of: layer)
      return [
        Part(
          layer: Dense(
            units: try layer.integer("units"), hasBias: try layer.flag("use_bias", default: true),
            activation: function, appliesSoftmax: isSoftmax))
      ]
    case "BatchNormalization", "SyncBatchNormalization", "BatchNormalizationV1":
      try layer.requireLastAxis(rank: last)
      return [
        Part(
          layer: BatchNormalization(
            epsilon: Float(try layer.number("epsilon", default: 1e-3)),
            momentum: Float(try layer.number("momentum", default: 0.99)),
            hasGamma: try layer.flag("scale", default: true),
            hasBeta: try layer.flag("center", default: true)))
      ]
    case "MaxPooling2D", "MaxPool2D":
      return [Part(layer: MaxPooling2D(window: try poolingWindow(layer)))]
    case "AveragePooling2D", "AvgPool2D":
      return [Part(layer: AveragePooling2D(window: try poolingWindow(layer)))]
    case "GlobalAveragePooling2D", "GlobalAvgPool2D":
      try layer.requireChannelsLast()
      let keeps = try layer.flag("keepdims", default: false)
      return [Part(layer: GlobalAveragePooling2D(keepsDimensions: keeps))]
    case "GlobalMaxPooling2D", "GlobalMaxPool2D":
      try layer.requireChannelsLast()
      let keeps = try layer.flag("keepdims", default: false)
      return [Part(layer: GlobalMaxPooling2D(keepsDimensions: keeps))]
    case "ZeroPadding2D":
      return [Part(layer: ZeroPadding2D(try zeroPadding(layer)))]
    case "Dropout":
      guard layer["noise_shape"] == nil else {
        throw layer.unexpected("one", expected: "no noise_shape")
      }
      return [Part(layer: Dropout(rate: try layer.number("rate", default: 0.5)))]
    case "Flatten":
      try layer.requireChannelsLast()
      return [Part(layer: Flatten())]
    case "Reshape":
      return [Part(layer: Reshape(try reshapeTarget(layer)))]
    case "Add": return [Part(layer: Add())]
    case "Multiply": return [Part(layer: Multiply())]
    case "Concatenate":
      try layer.requireLastAxis(rank: last)
      return [Part(layer: Concatenate())]
    case "Rescaling":
      let scale = try factors(layer, "scale", default: nil)
      return [
        Part(layer: Rescaling(scale: scale, offset: try factors(layer, "offset", default: 0)))
      ]
    case "Normalization":
      return [Part(layer: try normalization(layer, rank: last, statistics: statistics))]
    case "Lambda":
      throw layer.unexpected(
        "Python code, which is not run", expected: "a layer that a name describes instead")
    default:
      throw layer.unexpected("'\(layer.className)'", expected: "a class that Thaw knows")
    }
  }

  func activation(of layer: KerasLayerConfiguration) throws(UnexpectedContent) -> (
    function: Activation, isSoftmax: Bool
  ) {
    switch try KerasActivation(of: layer, major: major, rank: -1) {
    case .elementwise(let function): return (function, false)
    case .softmax: return (.linear, true)
    }
  }
}

/// Windows and padding.
extension KerasLayerBuilder {
  private func convolution(_ layer: KerasLayerConfiguration) throws(UnexpectedContent) -> [Part] {
    let kernel = try layer.pair("kernel_size")
    let window = try window(
      layer, size: kernel, strides: try layer.pair("strides", default: (1, 1)))
    let hasBias = try layer.flag("use_bias", default: true)
    let (function, isSoftmax) = try activation(of: layer)
    let softmax = isSoftmax ? [Part(suffix: "_softmax", layer: Softmax())] : []
    let multiplier = try layer.integer("depth_multiplier", default: 1)
    switch layer.className {
    case "DepthwiseConv2D":
      let depthwise = DepthwiseConv2D(
        window: window, multiplier: multiplier, hasBias: hasBias, activation: function)
      return [Part(layer: depthwise, fileNames: ["kernel": ["depthwise_kernel", "kernel"]])]
        + softmax
    case "SeparableConv2D", "SeparableConvolution2D":
      let separable = SeparableConv2D(
        filters: try layer.integer("filters"), window: window, multiplier: multiplier,
        hasBias: hasBias, activation: function)
      let nodes = separable.nodes(name: "", input: Graph.inputName)
      return zip(nodes, ["depthwise_kernel", "pointwise_kernel"]).map { node, kernel in
        Part(suffix: node.name, layer: node.layer, fileNames: ["kernel": [kernel]])
      } + softmax
    default:
      let convolution = Conv2D(
        filters: try layer.integer("filters"), window: window,
        groups: try layer.integer("groups", default: 1), hasBias: hasBias, activation: function)
      return [Part(layer: convolution)] + softmax
    }
  }

  private func poolingWindow(_ layer: KerasLayerConfiguration) throws(UnexpectedContent) -> Window {
    let size = try layer.pair("pool_size", default: (2, 2))
    return try window(layer, size: size, strides: try layer.pair("strides", default: size))
  }

  private func window(
    _ layer: KerasLayerConfiguration, size: (Int, Int), strides: (Int, Int)
  ) throws(UnexpectedContent) -> Window {
    try layer.requireChannelsLast()
    let dilation = try layer.pair("dilation_rate", default: (1, 1))
    let padding = try layer.text("padding", default: "valid")
    guard padding == "valid" || padding == "same" else {
      throw layer.unexpected("'\(padding)'", expected: "padding 'valid' or 'same'")
    }
    return Window(
      height: size.0, width: size.1, strideHeight: strides.0, strideWidth: strides.1,
      dilationHeight: dilation.0, dilationWidth: dilation.1,
      padding: padding == "same" ? .same : .valid)
  }

  /// `[[top, bottom], [left, right]]`, `[vertical, horizontal]` or one number for all sides.
  private func zeroPadding(_ layer: KerasLayerConfiguration) throws(UnexpectedContent) -> Padding {
    try layer.requireChannelsLast()
    guard let value = layer["padding"] else { return .uniform(1) }
    let axes = value.list ?? [value, value]
    let amounts = axes.flatMap { $0.list ?? [$0, $0] }.compactMap(\.integer)
    guard axes.count == 2, amounts.count == 4, amounts.allSatisfy({ (0...4096).contains($0) })
    else {
      throw layer.unexpected(value.description, expected: "rows and columns of zeros as 'padding'")
    }
    return Padding(top: amounts[0], bottom: amounts[1], left: amounts[2], right: amounts[3])
  }
}

/// Shapes and factors.
extension KerasLayerBuilder {
  private func reshapeTarget(_ layer: KerasLayerConfiguration) throws(UnexpectedContent) -> [Int] {
    let value = layer["target_shape"]
    let dimensions = value?.list ?? []
    let target = dimensions.compactMap(\.integer)
    guard target.count == dimensions.count, (1...4).contains(target.count),
      target.allSatisfy({ $0 == -1 || (1...Shape.dimensionLimit).contains($0) }),
      target.count(where: { $0 == -1 }) <= 1
    else {
      throw layer.unexpected(
        value?.description ?? "none", expected: "1 to 4 whole numbers as 'target_shape'")
    }
    return target
  }

  /// One number or one for each channel. Without a default there must be some.
  private func factors(
    _ layer: KerasLayerConfiguration, _ key: String, default standard: Float?
  ) throws(UnexpectedContent) -> [Float] {
    guard let value = layer[key] else {
      guard let standard else { throw layer.unexpected("none", expected: "'\(key)'") }
      return [standard]
    }
    let numbers = Self.numbers(in: value)
    guard !numbers.isEmpty, numbers.allSatisfy(\.isFinite) else {
      throw layer.unexpected(value.description, expected: "numbers as '\(key)'")
    }
    return numbers
  }

  /// (x − mean) / max(√variance, ε), from the configuration or from what `adapt` measured.
  private func normalization(
    _ layer: KerasLayerConfiguration, rank: Int,
    statistics: (String) throws(UnexpectedContent) -> [Float]
  ) throws(UnexpectedContent) -> Rescaling {
    try layer.requireLastAxis(rank: rank)
    guard try !layer.flag("invert", default: false) else {
      throw layer.unexpected("true", expected: "invert: false")
    }
    func values(_ key: String) throws(UnexpectedContent) -> [Float] {
      if let value = layer[key] { return Self.numbers(in: value) }
      return try statistics(key)
    }
    let mean = try values("mean")
    let variance = try values("variance")
    guard !mean.isEmpty, mean.count == variance.count,
      mean.allSatisfy(\.isFinite), variance.allSatisfy({ $0.isFinite && $0 >= 0 })
    else {
      throw layer.unexpected(
        "\(mean.count) means and \(variance.count) variances, or some that are no numbers",
        expected: "as many means as variances")
    }
    let scale = variance.map { 1 / max($0.squareRoot(), 1e-7) }
    return Rescaling(scale: scale, offset: zip(mean, scale).map { -$0 * $1 })
  }

  /// The numbers of a value of nested lists, in order; NaN for what is none.
  private static func numbers(in value: JSONValue) -> [Float] {
    if let list = value.list { return list.flatMap { numbers(in: $0) } }
    if let array = value["config"]?["value"] { return numbers(in: array) }
    return [value.number.map { Float($0) } ?? .nan]
  }
}
