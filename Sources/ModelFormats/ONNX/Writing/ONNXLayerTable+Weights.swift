import Kernels
import Network

extension ONNXLayerTable {
  static let weighted = table([
    row(Conv2D.self) { writer, layer, site in
      writer.activated(
        try writer.convolution(
          site, layer.window, groups: layer.groups, order: [3, 2, 0, 1]), layer.activation)
    },
    row(DepthwiseConv2D.self) { writer, layer, site in
      let kernel = site.parameters[0].specification.shape
      return writer.activated(
        try writer.convolution(
          site, layer.window, groups: site.shape.channels, order: [2, 3, 0, 1],
          shape: [kernel[2] * kernel[3], 1, kernel[0], kernel[1]]), layer.activation)
    },
    row(Dense.self) { writer, layer, site in
      let value = writer.activated(writer.dense(site), layer.activation)
      return layer.appliesSoftmax ? writer.softmax(value, site.output) : value
    },
    row(PReLU.self) { writer, layer, site in
      let alpha = site.parameters[0]
      let slope: String
      switch layer.sharing {
      case .all: slope = writer.weight(alpha, named: "weight")
      case .positions:
        slope = writer.weight(
          alpha, named: "weight", shape: writer.channelShape(site.shape.channels, like: site.shape))
      case .none:
        slope = writer.weight(
          alpha, named: "weight", order: site.shape.rank == 3 ? [2, 0, 1] : nil)
      }
      return writer.add("PRelu", [site.input, slope])
    },
    row(ChannelScale.self) { writer, _, site in writer.scaled(site) },
    row(Scale.self) { writer, _, site in writer.scaled(site) },
    row(Rescaling.self) { writer, layer, site in
      func constant(_ values: [Float], _ name: String) -> String {
        values.count == 1
          ? writer.number(values[0], named: name)
          : writer.numbers(
            values, shape: writer.channelShape(values.count, like: site.shape), named: name)
      }
      var value = site.input
      if layer.scale.contains(where: { $0 != 1 }) || layer.offset.allSatisfy({ $0 == 0 }) {
        value = writer.add("Mul", [value, constant(layer.scale, "scale_value")], part: "scale")
      }
      guard layer.offset.contains(where: { $0 != 0 }) else { return value }
      return writer.add("Add", [value, constant(layer.offset, "offset_value")])
    },
  ])
}

extension ONNXGraphWriter {
  /// - Parameters:
  ///   - order: of the kernel's axes in the file, the places here.
  ///   - shape: of the kernel in the file, where some of its axes are one there.
  fileprivate func convolution(
    _ site: ONNXSite, _ window: Window, groups: Int, order: [Int], shape: [Int]? = nil
  ) throws -> String {
    let pads = try padding(window, over: site.shape)
    var inputs = [
      site.input, weight(site.parameters[0], named: "weight", order: order, shape: shape),
    ]
    if let bias = site.parameter("bias") { inputs.append(weight(bias, named: "bias")) }
    return add(
      "Conv", inputs,
      [
        .integers("kernel_shape", [window.height, window.width]),
        .integers("strides", [window.strideHeight, window.strideWidth]),
        .integers("dilations", [window.dilationHeight, window.dilationWidth]),
        .integers("pads", pads), .integer("group", groups),
      ])
  }

  /// Top, left, bottom and right, with what a last window covers beyond them.
  func padding(_ window: Window, over shape: Shape) throws -> [Int] {
    let placed = try window.placed(height: shape.dimensions[0], width: shape.dimensions[1])
    return [
      placed.padding.top, placed.padding.left, placed.padding.bottom + placed.overhangBottom,
      placed.padding.right + placed.overhangRight,
    ]
  }

  fileprivate func dense(_ site: ONNXSite) -> String {
    let (kernel, bias) = (site.parameters[0], site.parameter("bias"))
    guard site.shape.rank > 1 else {
      var inputs = [site.input, weight(kernel, named: "weight", order: [1, 0])]
      if let bias { inputs.append(weight(bias, named: "bias")) }
      return add("Gemm", inputs, [.integer("transB", 1)])
    }
    // At every position alike.
    var value = add(
      "MatMul", [native(site.input, site.shape), weight(kernel, named: "weight")], part: "product")
    if let bias { value = add("Add", [value, weight(bias, named: "bias")]) }
    return fileLayout(value, site.output)
  }

  fileprivate func scaled(_ site: ONNXSite) -> String {
    var value = site.input
    let shape = channelShape(site.shape.channels, like: site.shape)
    if let gamma = site.parameter("gamma") {
      value = add("Mul", [value, weight(gamma, named: "weight", shape: shape)])
    }
    guard let beta = site.parameter("beta") else { return value }
    return add("Add", [value, weight(beta, named: "bias", shape: shape)])
  }

  func softmax(_ value: String, _ shape: Shape) -> String {
    add(
      "Softmax", [value], [.integer("axis", Self.fileAxis(shape.rank - 1, rank: shape.rank))],
      part: "softmax")
  }
}
