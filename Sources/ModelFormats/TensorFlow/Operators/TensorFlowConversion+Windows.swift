import Kernels
import Network

/// Convolutions, pooling and dense layers.
extension TensorFlowConversion {
  func convolution(_ node: TensorFlowNode) throws -> [FileValue] {
    let layout = try node.layout()
    let base = try feature(node)
    let kernel = try requiredConstant(node, 1)
    let source = try image(base, layout, node)
    let image = draft.shape(of: source)
    guard kernel.shape.count == 4, kernel.count > 0, image.channels % kernel.shape[2] == 0 else {
      throw node.unexpected(
        "\(Shape(kernel.shape))",
        expected: "a kernel of height, width, \(image.channels) channels and filters")
    }
    let groups = image.channels / kernel.shape[2]
    let filters = kernel.shape[3]
    guard filters % groups == 0 else {
      throw node.unexpected("\(filters)", expected: "filters in \(groups) groups")
    }
    let place = try draft.add(
      Conv2D(
        filters: filters,
        window: try window(node, size: Array(kernel.shape[..<2]), layout), groups: groups,
        hasBias: false),
      reading: [source], weights: ["kernel": try self.place(kernel)],
      name: name(node).owned(by: owner(ofWeight: kernel.name)))
    kernels[place] = kernel
    return [.feature(imageFeature(place, layout))]
  }

  func depthwiseConvolution(_ node: TensorFlowNode) throws -> [FileValue] {
    let layout = try node.layout()
    let kernel = try requiredConstant(node, 1)
    let source = try image(try feature(node), layout, node)
    let channels = draft.shape(of: source).channels
    guard kernel.shape.count == 4, kernel.count > 0, kernel.shape[2] == channels else {
      throw node.unexpected(
        "\(Shape(kernel.shape))",
        expected: "a kernel of height, width, \(channels) channels and a multiplier")
    }
    let place = try draft.add(
      DepthwiseConv2D(
        window: try window(node, size: Array(kernel.shape[..<2]), layout),
        multiplier: kernel.shape[3], hasBias: false),
      reading: [source], weights: ["kernel": try self.place(kernel)],
      name: name(node).owned(by: owner(ofWeight: kernel.name)))
    return [.feature(imageFeature(place, layout))]
  }

  /// How a window moves, with the padding that the node asks for.
  private func window(
    _ node: TensorFlowNode, size: [Int], _ layout: ImageLayout
  ) throws -> Window {
    let (height, width) = (1 + layout.axes[0], 1 + layout.axes[1])
    func pair(_ key: String) throws -> [Int] {
      let all = node.integers(key) ?? [1, 1, 1, 1]
      guard all.count == 4, all[0] == 1, all[1 + layout.channels] == 1 else {
        throw node.unexpected("\(all)", expected: "'\(key)' of height and width")
      }
      return [all[height], all[width]]
    }
    let strides = try pair("strides")
    var dilations = try pair("dilations")
    var padding: PaddingRule
    switch node.text("padding", default: "") {
    case "SAME": padding = .same
    case "VALID": padding = .valid
    case "EXPLICIT":
      let all = node.integers("explicit_paddings") ?? []
      guard all.count == 8, all.allSatisfy({ (0...Window.sizeLimit).contains($0) }) else {
        throw node.unexpected("\(all)", expected: "two amounts for each of 4 axes")
      }
      padding = .explicit(
        Padding(
          top: all[2 * height], bottom: all[2 * height + 1], left: all[2 * width],
          right: all[2 * width + 1]))
    case let other: throw node.unexpected("'\(other)'", expected: "padding SAME or VALID")
    }
    if let spread = node.inputs.first.flatMap({ self.spread[$0] }) {
      guard padding == .valid, strides == [1, 1], dilations == [1, 1], layout == .channelsLast
      else {
        throw node.unexpected(
          "others", expected: "stride 1 without padding after SpaceToBatchND")
      }
      (dilations, padding) = (spread.dilation, .explicit(spread.padding))
    }
    guard (size + strides + dilations).allSatisfy({ (1...Window.sizeLimit).contains($0) }) else {
      throw node.unexpected(
        "window \(size), strides \(strides), dilations \(dilations)",
        expected: "a window over height and width")
    }
    return Window(
      height: size[0], width: size[1], strideHeight: strides[0], strideWidth: strides[1],
      dilationHeight: dilations[0], dilationWidth: dilations[1], padding: padding)
  }

  func maximumPooling(_ node: TensorFlowNode) throws -> [FileValue] {
    try pooling(node) { MaxPooling2D(window: $0) }
  }

  func averagePooling(_ node: TensorFlowNode) throws -> [FileValue] {
    try pooling(node) { AveragePooling2D(window: $0, countsPadding: false) }
  }

  private func pooling(
    _ node: TensorFlowNode, _ make: (Window) -> any Layer
  ) throws -> [FileValue] {
    let layout = try node.layout()
    let source = try image(try feature(node), layout, node)
    let size = node.integers("ksize") ?? []
    guard size.count == 4, size[0] == 1, size[1 + layout.channels] == 1 else {
      throw node.unexpected("\(size)", expected: "height and width of a window")
    }
    let sides = layout.axes[..<2].map { size[1 + $0] }
    let place = try draft.add(
      make(try window(node, size: sides, layout)), reading: [source], name: name(node))
    return [.feature(imageFeature(place, layout))]
  }

  func biasAdd(_ node: TensorFlowNode) throws -> [FileValue] {
    let value = try required(node, 0)
    var bias = try requiredConstant(node, 1)
    guard bias.shape.count == 1 else {
      throw node.unexpected("\(Shape(bias.shape))", expected: "a bias for each channel")
    }
    if try node.layout() == .channelsFirst, case let rank = try fileShape(value).count, rank > 2 {
      bias = bias.reshaped(bias.shape + [Int](repeating: 1, count: rank - 2))
    }
    return [try combined(.add, value, .constant(bias), node)]
  }

  func matrixProduct(_ node: TensorFlowNode) throws -> [FileValue] {
    guard !node.flag("transpose_a") else {
      throw node.unexpected("true", expected: "transpose_a false")
    }
    if case .constant = try required(node, 0) {
      throw node.unexpected("a constant", expected: "weights as the second input")
    }
    guard case .constant(let weights) = try required(node, 1) else {
      throw node.unexpected(
        "two inputs that depend on the image (attention)", expected: "a matrix of weights")
    }
    return [
      .feature(
        try dense(
          node, try feature(node), weights, isOutputsFirst: node.flag("transpose_b"), bias: nil))
    ]
  }

  func mean(_ node: TensorFlowNode) throws -> [FileValue] {
    try reduction(node) { GlobalAveragePooling2D(keepsDimensions: $0) }
  }

  func maximum(_ node: TensorFlowNode) throws -> [FileValue] {
    try reduction(node) { GlobalMaxPooling2D(keepsDimensions: $0) }
  }

  private func reduction(
    _ node: TensorFlowNode, _ layer: (_ keepsDimensions: Bool) -> any Layer
  ) throws -> [FileValue] {
    guard let axes = try requiredConstant(node, 1).integers else {
      throw node.unexpected("others", expected: "axes that are known")
    }
    return [
      .feature(
        try reduction(
          try feature(node), axes: axes, keeps: node.flag("keep_dims"), node, layer: layer))
    ]
  }
}

/// Convolutions with gaps, as TensorFlow 1 spells them.
extension TensorFlowConversion {
  /// The fourth input is what the undoing cuts off again: see `TensorFlowSpreading`.
  func spreadToBatch(_ node: TensorFlowNode) throws -> [FileValue] {
    let base = try feature(node)
    guard let blocks = try requiredConstant(node, 1).integers,
      let amounts = try requiredConstant(node, 2).integers,
      let cuts = try constant(node, 3)?.integers, blocks.count == 2, amounts.count == 4,
      cuts.count == 4, cuts[0] == 0, cuts[2] == 0, base.axes.count == 3,
      (blocks + amounts + cuts).allSatisfy({ (0...Window.sizeLimit).contains($0) }),
      cuts[1] <= amounts[1], cuts[3] <= amounts[3]
    else {
      throw node.unexpected(
        "others", expected: "blocks of height and width, and a BatchToSpaceND behind a convolution")
    }
    spread[node.output(0)] = Spread(
      dilation: blocks,
      padding: Padding(
        top: amounts[0], bottom: amounts[1] - cuts[1], left: amounts[2],
        right: amounts[3] - cuts[3]))
    return [.feature(base)]
  }

  func gatherFromBatch(_ node: TensorFlowNode) throws -> [FileValue] { [try required(node, 0)] }
}
