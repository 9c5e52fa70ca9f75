import Kernels
import Network

/// Convolutions, dense layers and pooling.
extension ONNXConversion {
  func convolution(_ node: ONNXNode) throws -> [FileValue] {
    let base = try feature(node)
    let kernel = try requiredConstant(node, 1)
    guard kernel.shape.count == 4, kernel.count > 0 else {
      throw node.unexpected("\(Shape(kernel.shape))", expected: "a kernel over height and width")
    }
    let source = try image(base, node)
    let image = draft.shape(of: source)
    let window = try window(node, size: [kernel.shape[2], kernel.shape[3]], over: image)
    let groups = node.integer("group", default: 1)
    let filters = kernel.shape[0]
    guard groups >= 1, filters % groups == 0,
      kernel.shape[1].multipliedReportingOverflow(by: groups) == (image.channels, false)
    else {
      throw node.unexpected(
        "\(Shape(kernel.shape)) in \(groups) groups",
        expected: "a kernel for \(image.channels) channels")
    }
    let bias = try constant(node, 2)
    let isDepthwise = groups > 1 && groups == image.channels
    let layer: any Layer =
      isDepthwise
      ? DepthwiseConv2D(
        window: window, multiplier: filters / groups, hasBias: bias != nil)
      : Conv2D(filters: filters, window: window, groups: groups, hasBias: bias != nil)
    var weights = [
      "kernel": try self.place(kernel, layout: isDepthwise ? .depthwiseFirst : .outputsFirst)
    ]
    weights["bias"] = try bias.map { try self.place(vector($0, filters, node), shape: [filters]) }
    let place = try draft.add(
      layer, reading: [source], weights: weights,
      name: name(node).owned(by: owner(ofWeight: kernel.name)))
    return [.feature(imageFeature(place))]
  }

  /// How a window moves, with the padding that it asks for.
  private func window(_ node: ONNXNode, size: [Int], over image: Shape) throws -> Window {
    let given = node.integers("kernel_shape") ?? size
    let strides = node.integers("strides") ?? [1, 1]
    let dilations = node.integers("dilations") ?? [1, 1]
    let pads = node.integers("pads") ?? [0, 0, 0, 0]
    guard given == size, strides.count == 2, dilations.count == 2, pads.count == 4,
      (size + strides + dilations).allSatisfy({ (1...Window.sizeLimit).contains($0) }),
      pads.allSatisfy({ (0...Window.sizeLimit).contains($0) })
    else {
      throw node.unexpected(
        "kernel \(given), strides \(strides), dilations \(dilations), pads \(pads)",
        expected: "a window over height and width")
    }
    let padding: PaddingRule
    let automatic = node.text("auto_pad", default: "NOTSET")
    switch automatic {
    case "NOTSET", "":
      padding = .explicit(Padding(top: pads[0], bottom: pads[2], left: pads[1], right: pads[3]))
    case "VALID": padding = .valid
    case "SAME_UPPER": padding = .same
    case "SAME_LOWER":
      // The odd one goes in front.
      let rows = Padding.same(
        size: image.dimensions[0], kernel: size[0], stride: strides[0], dilation: dilations[0])
      let columns = Padding.same(
        size: image.dimensions[1], kernel: size[1], stride: strides[1], dilation: dilations[1])
      padding = .explicit(
        Padding(top: rows.after, bottom: rows.before, left: columns.after, right: columns.before))
    default: throw node.unexpected("'\(automatic)'", expected: "a padding rule that ONNX has")
    }
    return Window(
      height: size[0], width: size[1], strideHeight: strides[0], strideWidth: strides[1],
      dilationHeight: dilations[0], dilationWidth: dilations[1], padding: padding,
      rounding: node.integer("ceil_mode", default: 0) != 0 ? .up : .down)
  }

  func maximumPooling(_ node: ONNXNode) throws -> [FileValue] {
    try pooling(node) { MaxPooling2D(window: $0) }
  }

  func averagePooling(_ node: ONNXNode) throws -> [FileValue] {
    let counts = node.integer("count_include_pad", default: 0) != 0
    return try pooling(node) { AveragePooling2D(window: $0, countsPadding: counts) }
  }

  private func pooling(_ node: ONNXNode, _ make: (Window) -> any Layer) throws -> [FileValue] {
    let source = try image(try feature(node), node)
    guard let size = node.integers("kernel_shape"), size.count == 2 else {
      throw node.unexpected(
        "\(node.integers("kernel_shape") ?? [])", expected: "height and width of a window")
    }
    let window = try window(node, size: size, over: draft.shape(of: source))
    let place = try draft.add(make(window), reading: [source], name: name(node))
    return [.feature(imageFeature(place))]
  }

  func globalAverage(_ node: ONNXNode) throws -> [FileValue] {
    let source = try image(try feature(node), node)
    let place = try draft.add(
      GlobalAveragePooling2D(keepsDimensions: true), reading: [source], name: name(node))
    return [.feature(imageFeature(place))]
  }

  func globalMaximum(_ node: ONNXNode) throws -> [FileValue] {
    let source = try image(try feature(node), node)
    let place = try draft.add(
      GlobalMaxPooling2D(keepsDimensions: true), reading: [source], name: name(node))
    return [.feature(imageFeature(place))]
  }

  func mean(_ node: ONNXNode) throws -> [FileValue] {
    try reduction(node) { GlobalAveragePooling2D(keepsDimensions: $0) }
  }

  /// Over the positions of an image.
  private func reduction(
    _ node: ONNXNode, _ layer: (_ keepsDimensions: Bool) -> any Layer
  ) throws -> [FileValue] {
    let base = try feature(node)
    let axes = try integers(node, "axes", input: 1) ?? Array(0...base.axes.count)
    let keeps = node.integer("keepdims", default: 1) != 0
    return [.feature(try reduction(base, axes: axes, keeps: keeps, node, layer: layer))]
  }

  func maximum(_ node: ONNXNode) throws -> [FileValue] {
    try reduction(node) { GlobalMaxPooling2D(keepsDimensions: $0) }
  }
}
