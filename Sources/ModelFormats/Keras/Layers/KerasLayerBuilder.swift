import JSON
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
    /// What it reads: one of the layer's inputs, or a part before it. `nil`: the part before it; the
    /// first all inputs.
    var reads: [Source]?

    enum Source: Hashable {
      case input(Int)
      case part(Int)
    }

    /// The same, with what it reads replaced.
    func reading(_ replacement: (Source) -> Source) -> Part {
      var part = self
      part.reads = reads?.map(replacement)
      return part
    }

    /// The same, for a layer whose inputs stand at these places.
    func reading(_ places: [Int]) -> Part {
      reading { if case .input(let index) = $0 { .input(places[index]) } else { $0 } }
    }
  }

  /// Major and minor version of Keras that wrote the file.
  let major: Int
  let minor: Int
  /// Whether the file's convolutions are mathematics' own, which turn their kernels by 180°, and not
  /// correlations.
  let isConvolving: Bool

  init(major: Int, minor: Int = 0, isConvolving: Bool = false) {
    self.major = major
    self.minor = minor
    self.isConvolving = isConvolving
  }

  /// Whether a layer's kernels stand turned in the file. Keras turns these classes' back, and leaves
  /// depthwise and separable ones as they are.
  func turnsKernels(of layer: KerasLayerConfiguration) -> Bool {
    let classes = [
      "Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose", "Conv3DTranspose", "Convolution1D",
      "Convolution2D", "Convolution3D", "Convolution2DTranspose", "ConvLSTM2D",
    ]
    return isConvolving && classes.contains(layer.className)
  }

  /// Layers that change nothing once a network is trained, and why they are left out.
  static let dropped: [String: String] = {
    let augmentations = [
      "RandomFlip", "RandomRotation", "RandomZoom", "RandomContrast", "RandomTranslation",
      "RandomBrightness", "RandomHeight", "RandomWidth", "RandomHue", "RandomSaturation",
      "RandomSharpness", "RandomShear", "RandomGrayscale", "RandomInvert", "RandomPosterization",
      "RandomColorDegeneration", "RandomColorJitter", "RandomErasing", "RandomGaussianBlur",
      "RandomPerspective", "RandomElasticTransform", "RandAugment", "AugMix", "MixUp", "CutMix",
      "Equalization", "Solarization",
    ]
    var reasons = Dictionary(uniqueKeysWithValues: augmentations.map { ($0, "augmentation") })
    for name in augmentations where name.hasPrefix("Rand") {
      reasons[name] = "random augmentation"
    }
    reasons.merge([
      "GaussianNoise": "noise in training", "GaussianDropout": "noise in training",
      "AlphaDropout": "noise in training", "SpatialDropout2D": "dropout of whole channels",
      "ActivityRegularization": "a penalty in training",
    ]) { $1 }
    return reasons
  }()

  /// - Parameter inputs: shapes of what the layer reads.
  /// - Parameter call: what it is called with, where that is told.
  /// - Parameter statistics: values of the layer's weights by name, for those that are constants of
  ///   ours.
  /// - Returns: in the order in which they read each other; none for a layer of `dropped`.
  /// - Throws: for a class that is not known, and for settings that are not.
  func parts(
    of layer: KerasLayerConfiguration, inputs: [Shape], call: KerasCall? = nil,
    statistics: (String) throws(UnexpectedContent) -> [Float]
  ) throws(UnexpectedContent) -> [Part] {
    if layer.isOperation {
      return try KerasOperation(layer, call: call, inputs: inputs, major: major).parts()
    }
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
      return [Part(layer: ZeroPadding2D(try borders(layer, "padding")))]
    // The second is that of the first EfficientNets for Keras, which had a class of its own.
    case "Dropout", "FixedDropout":
      return [
        Part(
          layer: Dropout(
            rate: try layer.number("rate", default: 0.5),
            sharedAxes: try sharedAxes(layer, input: inputs.first)))
      ]
    case "StochasticDepth":
      return [
        Part(
          layer: Dropout(
            rate: try layer.number("drop_path_rate", default: 0),
            sharedAxes: Set(0..<(inputs.first?.rank ?? 0))))
      ]
    case "Flatten":
      try layer.requireChannelsLast()
      return [Part(layer: Flatten())]
    case "Reshape":
      return [Part(layer: Reshape(try reshapeTarget(layer)))]
    case "Identity": return []
    case "Permute": return [Part(layer: Permute(try order(layer)))]
    case "Add": return try KerasMerging(inputs: inputs, layer: layer).sum()
    case "Multiply": return try KerasMerging(inputs: inputs, layer: layer).product()
    case "Subtract": return try KerasMerging(inputs: inputs, layer: layer).merged(Subtract())
    case "Average": return try KerasMerging(inputs: inputs, layer: layer).merged(Average())
    case "Maximum": return try KerasMerging(inputs: inputs, layer: layer).merged(Maximum())
    case "Minimum": return try KerasMerging(inputs: inputs, layer: layer).merged(Minimum())
    case "CustomScaleLayer":
      return try KerasMerging(inputs: inputs, layer: layer)
        .scaledSum(Float(try layer.number("scale", default: 1)))
    case "Cropping2D": return [Part(layer: Cropping2D(try borders(layer, "cropping")))]
    case "PReLU": return [Part(layer: PReLU(isShared: try sharesAlphas(layer, inputs)))]
    case "LayerNormalization": return [Part(layer: try layerNormalization(layer, rank: last))]
    case "LayerScale":
      return [Part(layer: ChannelScale(), fileNames: ["gamma": ["gamma", "variable"]])]
    case "UpSampling2D": return [Part(layer: try upsampling(layer, inputs))]
    case "Resizing": return try KerasResizing(layer, inputs: inputs, major: major).resizing()
    case "CenterCrop": return try KerasResizing(layer, inputs: inputs, major: major).centerCrop()
    case "AutoContrast": return [Part(layer: try autoContrast(layer))]
    case "RandomCrop":
      return try KerasResizing(layer, inputs: inputs, major: major)
        .evaluatedRandomCrop(isWhole: leavesRandomCropsWhole)
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
      if let scale = Self.residualScale(layer), inputs.count == 2 {
        return try KerasMerging(inputs: inputs, layer: layer).scaledSum(scale)
      }
      throw layer.unexpected(
        "Python code, which is not run", expected: "a layer that a name describes instead")
    default:
      throw layer.unexpected("'\(layer.className)'", expected: "a class that Thaw knows")
    }
  }

  /// Since Keras 3.7 `RandomCrop` crops in training alone.
  var leavesRandomCropsWhole: Bool { major > 3 || major == 3 && minor >= 7 }

  /// The factor of a `Lambda` that is InceptionResNetV2's `inputs[0] + inputs[1] · scale`, by its name
  /// and arguments; `nil` for any other.
  static func residualScale(_ layer: KerasLayerConfiguration) -> Float? {
    let name = layer.name.split(separator: "_")
    guard layer.className == "Lambda", name.count == 2,
      ["block35", "block17", "block8"].contains(name[0]), name[1].allSatisfy(\.isNumber),
      let arguments = layer["arguments"]?.object, arguments.count == 1,
      let scale = arguments["scale"]?.number, Float(scale).isFinite
    else { return nil }
    return Float(scale)
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
  private func borders(_ layer: KerasLayerConfiguration, _ key: String) throws(UnexpectedContent)
    -> Padding
  {
    try layer.requireChannelsLast()
    guard let value = layer[key] else { return .uniform(key == "padding" ? 1 : 0) }
    let axes = value.list ?? [value, value]
    let amounts = axes.flatMap { $0.list ?? [$0, $0] }.compactMap(\.integer)
    guard axes.count == 2, amounts.count == 4, amounts.allSatisfy({ (0...4096).contains($0) })
    else {
      throw layer.unexpected(value.description, expected: "rows and columns as '\(key)'")
    }
    return Padding(top: amounts[0], bottom: amounts[1], left: amounts[2], right: amounts[3])
  }
}

/// Axes, shapes and factors.
extension KerasLayerBuilder {
  /// The axes, after the batch, along which a dropout's `noise_shape` has one draw for all values.
  private func sharedAxes(_ layer: KerasLayerConfiguration, input: Shape?)
    throws(UnexpectedContent) -> Set<Int>
  {
    guard let value = layer["noise_shape"] else { return [] }
    let noise = value.list ?? []
    let dimensions = input?.dimensions ?? []
    guard noise.count == dimensions.count + 1, noise[0].isNull else {
      throw layer.unexpected(
        value.description,
        expected: "noise_shape with null for the batch and \(dimensions.count) more")
    }
    var shared: Set<Int> = []
    for (axis, (size, dimension)) in zip(noise.dropFirst(), dimensions).enumerated() {
      guard size.isNull || size.integer == 1 || size.integer == dimension else {
        throw layer.unexpected(
          value.description, expected: "noise_shape of 1 or the input's size along each axis")
      }
      if size.integer == 1, dimension > 1 { shared.insert(axis) }
    }
    return shared
  }

  /// Keras counts the batch as axis 0.
  private func order(_ layer: KerasLayerConfiguration) throws(UnexpectedContent) -> [Int] {
    let dimensions = layer["dims"]?.list ?? []
    let order = dimensions.compactMap(\.integer)
    guard !order.isEmpty, order.count == dimensions.count, order.sorted() == Array(1...order.count)
    else {
      throw layer.unexpected(
        layer["dims"]?.description ?? "none", expected: "each axis once, from 1 on, as 'dims'")
    }
    return order.map { $0 - 1 }
  }

  /// Whether all positions share their alphas; else each value has its own.
  private func sharesAlphas(_ layer: KerasLayerConfiguration, _ inputs: [Shape])
    throws(UnexpectedContent) -> Bool
  {
    let dimensions = inputs.first?.dimensions ?? []
    let listed = layer["shared_axes"].map { $0.list ?? [$0] } ?? []
    let axes = listed.compactMap(\.integer).map { $0 < 0 ? $0 + dimensions.count + 1 : $0 }
    // The axes that do not matter are those of length 1.
    let open = Set(dimensions.indices.dropLast().filter { dimensions[$0] > 1 })
    let shared = Set(axes.map { $0 - 1 }).intersection(open)
    guard axes.count == listed.count, !axes.contains(dimensions.count),
      shared.isEmpty || shared == open
    else {
      throw layer.unexpected(
        layer["shared_axes"]?.description ?? "none",
        expected: "all axes but the channels, or none, as 'shared_axes'")
    }
    return shared == open
  }

  /// Over the last axis, or over several of them.
  private func layerNormalization(_ layer: KerasLayerConfiguration, rank: Int)
    throws(UnexpectedContent) -> LayerNormalization
  {
    let value = layer["axis"] ?? .number(-1)
    let listed = value.list ?? [value]
    let axes = listed.compactMap(\.integer).map { $0 < 0 ? $0 + rank + 1 : $0 }
    guard axes.count == listed.count, !axes.isEmpty, axes.count <= rank,
      axes == Array((rank - axes.count + 1)...rank)
    else {
      throw layer.unexpected(value.description, expected: "the last axes, in order, as 'axis'")
    }
    guard try !layer.flag("rms_scaling", default: false) else {
      throw layer.unexpected("true", expected: "rms_scaling: false")
    }
    return LayerNormalization(
      epsilon: Float(try layer.number("epsilon", default: 1e-3)), axes: axes.count,
      hasGamma: try layer.flag("scale", default: true),
      hasBeta: try layer.flag("center", default: true))
  }

  private func autoContrast(_ layer: KerasLayerConfiguration) throws(UnexpectedContent)
    -> AutoContrast
  {
    try layer.requireChannelsLast()
    let range = layer["value_range"]?.list ?? [.number(0), .number(255)]
    let bounds = range.compactMap(\.number).map { Float($0) }
    guard range.count == 2, bounds.count == 2, bounds.allSatisfy(\.isFinite), bounds[0] < bounds[1]
    else {
      throw layer.unexpected(
        layer["value_range"]?.description ?? "none", expected: "two numbers as 'value_range'")
    }
    return AutoContrast(lower: bounds[0], upper: bounds[1])
  }

  private func upsampling(_ layer: KerasLayerConfiguration, _ inputs: [Shape])
    throws(UnexpectedContent) -> Resizing
  {
    try layer.requireChannelsLast()
    let factors = try layer.pair("size", default: (2, 2))
    let name = try layer.text("interpolation", default: "nearest")
    guard let interpolation = Interpolation(rawValue: name), let image = inputs.first,
      image.rank == 3
    else {
      throw layer.unexpected(
        "'\(name)' of \(inputs)", expected: "an interpolation that Thaw knows, of one image")
    }
    let sizes = zip(image.dimensions, [factors.0, factors.1]).map {
      $0.multipliedReportingOverflow(by: $1).partialValue
    }
    return Resizing(height: sizes[0], width: sizes[1], interpolation: interpolation)
  }

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
  static func numbers(in value: JSONValue) -> [Float] {
    if let list = value.list { return list.flatMap { numbers(in: $0) } }
    if let array = value["config"]?["value"] { return numbers(in: array) }
    return [value.number.map { Float($0) } ?? .nan]
  }
}
