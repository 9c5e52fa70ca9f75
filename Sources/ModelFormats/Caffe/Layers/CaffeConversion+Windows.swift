import Kernels
import Network

/// Convolutions, pooling and dense layers.
extension CaffeConversion {
  func convolution(_ node: CaffeNode) throws -> [FileValue] {
    let source = try image(node)
    let image = draft.shape(of: source)
    let parameters = try node.parameters("convolution_param")
    let window = try window(parameters, node)
    guard try parameters.integer("axis") ?? 1 == 1 else {
      throw node.unexpected("another", expected: "axis 1")
    }
    let filters = try parameters.integer("num_output") ?? 0
    let isDepthwise = node.type == "DepthwiseConvolution"
    let groups = isDepthwise ? image.channels : try parameters.integer("group") ?? 1
    guard (1...Shape.dimensionLimit).contains(filters), groups >= 1, filters % groups == 0,
      image.channels % groups == 0
    else {
      throw node.unexpected(
        "\(filters) filters for \(image.channels) channels",
        expected: "channels and filters that \(groups) groups divide")
    }
    let hasBias = try parameters.truth("bias_term", default: true)
    let kernel = try blob(
      node, 0, shape: [filters, image.channels / groups, window.height, window.width],
      filler: try filler(parameters, "weight_filler"))
    let bias =
      try hasBias
      ? blob(node, 1, shape: [filters], filler: biasFiller(parameters)) : nil
    let byChannel = groups > 1 && groups == image.channels
    let layer: any Layer =
      byChannel
      ? DepthwiseConv2D(window: window, multiplier: filters / groups, hasBias: hasBias)
      : Conv2D(filters: filters, window: window, groups: groups, hasBias: hasBias)
    var weights = [
      "kernel": try place(kernel, layout: byChannel ? .depthwiseFirst : .outputsFirst)
    ]
    weights["bias"] = try bias.map { try place($0) }
    keepMultiplier(of: node, count: hasBias ? 2 : 1)
    return [
      imageFeature(
        try draft.add(layer, reading: [source], weights: weights, name: name(node)))
    ]
  }

  func filler(_ parameters: CaffeMessage, _ field: String) throws -> CaffeFiller? {
    try parameters.messages(field).last.map { try CaffeFiller($0) }
  }

  func biasFiller(_ parameters: CaffeMessage) throws -> CaffeFiller {
    try filler(parameters, "bias_filler") ?? CaffeFiller(constant: 0)
  }

  /// Sizes both ways of one thing: given once, once a way, or each way by a name of its own.
  private func pair(
    _ parameters: CaffeMessage, _ name: String, _ prefix: String, standard: Int?,
    _ node: CaffeNode
  ) throws -> (height: Int, width: Int) {
    let both = try parameters.integers(name)
    let height = try parameters.integer("\(prefix)_h")
    let width = try parameters.integer("\(prefix)_w")
    guard both.count <= 2, let first = height ?? both.first ?? standard,
      let second = width ?? both.last ?? standard,
      [first, second].allSatisfy({ (0...Window.sizeLimit).contains($0) })
    else {
      throw node.unexpected(
        (both + [height, width].compactMap(\.self)).map(String.init).joined(separator: ", "),
        expected: "'\(name)' both ways, up to \(Window.sizeLimit),")
    }
    return (first, second)
  }

  private func window(
    _ parameters: CaffeMessage, _ node: CaffeNode, rounding: Window.Rounding = .down
  ) throws -> Window {
    let size = try pair(parameters, "kernel_size", "kernel", standard: nil, node)
    let stride = try pair(parameters, "stride", "stride", standard: 1, node)
    let pad = try pair(parameters, "pad", "pad", standard: 0, node)
    let dilation = try pair(parameters, "dilation", "dilation", standard: 1, node)
    return Window(
      height: size.height, width: size.width, strideHeight: stride.height,
      strideWidth: stride.width, dilationHeight: dilation.height, dilationWidth: dilation.width,
      padding: .explicit(
        Padding(top: pad.height, bottom: pad.height, left: pad.width, right: pad.width)),
      rounding: rounding)
  }

  func pooling(_ node: CaffeNode) throws -> [FileValue] {
    let source = try image(node)
    let parameters = try node.parameters("pooling_param")
    let method = try parameters.choice(
      "pool", [0: "MAX", 1: "AVE", 2: "STOCHASTIC"], default: "MAX")
    guard method != "STOCHASTIC" else {
      throw node.unexpected("STOCHASTIC", expected: "MAX or AVE as 'pool'")
    }
    if try parameters.truth("global_pooling", default: false) {
      let layer: any Layer =
        method == "MAX"
        ? GlobalMaxPooling2D(keepsDimensions: true) : GlobalAveragePooling2D(keepsDimensions: true)
      return [imageFeature(try draft.add(layer, reading: [source], name: name(node)))]
    }
    let mode = try parameters.choice("round_mode", [0: "CEIL", 1: "FLOOR"], default: "CEIL")
    let window = try window(parameters, node, rounding: mode == "CEIL" ? .up : .down)
    try checkWindows(window, over: draft.shape(of: source), node)
    let layer: any Layer =
      method == "MAX"
      ? MaxPooling2D(window: window) : AveragePooling2D(window: window, countsPadding: true)
    return [imageFeature(try draft.add(layer, reading: [source], name: name(node)))]
  }

  /// Without padding Caffe keeps a last window that begins beyond the image, over nothing.
  private func checkWindows(_ window: Window, over image: Shape, _ node: CaffeNode) throws {
    guard window.rounding == .up, window.padding == .valid, window.strideHeight > 0,
      window.strideWidth > 0
    else { return }
    let ways = [
      (image.dimensions[0], window.height, window.strideHeight),
      (image.dimensions[1], window.width, window.strideWidth),
    ]
    for (size, kernel, stride) in ways where size >= kernel && (size - kernel) % stride != 0 {
      let start = ((size - kernel) / stride + 1) * stride
      guard start < size else {
        throw node.unexpected(
          "one that begins at \(start) of \(size)", expected: "windows that begin in the image")
      }
    }
  }

  func innerProduct(_ node: CaffeNode) throws -> [FileValue] {
    let parameters = try node.parameters("inner_product_param")
    var base = try feature(node)
    let axis = try node.axis(try parameters.integer("axis") ?? 1, rank: base.axes.count + 1)
    guard axis >= 1, let units = try parameters.integer("num_output"),
      (1...Shape.dimensionLimit).contains(units)
    else {
      throw node.unexpected("axis \(axis)", expected: "an axis after the batch, and 'num_output'")
    }
    let outer = Array(base.shape.prefix(axis - 1))
    let inputs = Shape.saturatedProduct(base.shape.dropFirst(axis - 1))
    base = try reshaped(base, to: outer + [inputs], node)
    let isTransposed = try parameters.truth("transpose", default: false)
    let hasBias = try parameters.truth("bias_term", default: true)
    let kernel = try blob(
      node, 0, shape: isTransposed ? [inputs, units] : [units, inputs],
      filler: try filler(parameters, "weight_filler"))
    let bias =
      try hasBias
      ? blob(node, 1, shape: [units], filler: biasFiller(parameters)) : nil
    keepMultiplier(of: node, count: hasBias ? 2 : 1)
    return [
      .feature(try dense(node, base, kernel, isOutputsFirst: !isTransposed, bias: bias))
    ]
  }
}
