import Kernels
import Network

extension ONNXLayerTable {
  static let normalizations = table([
    row(BatchNormalization.self) { writer, layer, site in
      let channels = site.shape.channels
      let roles: [(String, String, Float)] = [
        ("gamma", "weight", 1), ("beta", "bias", 0), ("moving_mean", "running_mean", 0),
        ("moving_variance", "running_var", 1),
      ]
      let constants = roles.map { key, name, standard in
        site.parameter(key).map { writer.weight($0, named: name) }
          ?? writer.numbers(
            [Float](repeating: standard, count: channels), shape: [channels], named: name)
      }
      let attributes: [ONNXAttributeProto] = [
        .number("epsilon", layer.epsilon), .number("momentum", layer.momentum),
      ]
      // Channels are the second axis.
      guard site.shape.rank == 2 || site.shape.rank == 4 else {
        return writer.activated(
          writer.add("BatchNormalization", [site.input] + constants, attributes), layer.activation)
      }
      let last = site.shape.rank
      let first = writer.add(
        "Transpose", [site.input], [.integers("perm", [0, last] + Array(1..<last))], part: "turn")
      let value = writer.add("BatchNormalization", [first] + constants, attributes)
      return writer.activated(
        writer.add(
          "Transpose", [value], [.integers("perm", [0] + Array(2...last) + [1])], part: "turn_back"),
        layer.activation)
    },
    row(LayerNormalization.self) { writer, layer, site in
      let shape = Array(site.shape.dimensions.suffix(layer.axes))
      let gamma =
        site.parameter("gamma").map { writer.weight($0, named: "weight") }
        ?? writer.numbers(
          [Float](repeating: 1, count: Shape(shape).count), shape: shape, named: "weight")
      var inputs = [writer.native(site.input, site.shape), gamma]
      if let beta = site.parameter("beta") { inputs.append(writer.weight(beta, named: "bias")) }
      let value = writer.add(
        "LayerNormalization", inputs,
        [.number("epsilon", layer.epsilon), .integer("axis", -layer.axes)])
      return writer.fileLayout(value, site.output)
    },
    row(GroupNormalization.self) { writer, layer, site in
      try writer.groupNormalization(site, layer)
    },
    row(LocalResponseNormalization.self) { writer, layer, site in
      try writer.responseNormalization(site, layer)
    },
    row(AutoContrast.self) { writer, layer, site in
      // Channels without contrast stay as they are.
      let space = writer.integers([2, 3])
      let lowest = writer.add("ReduceMin", [site.input, space], part: "lowest")
      let highest = writer.add("ReduceMax", [site.input, space], part: "highest")
      let range = writer.add("Sub", [highest, lowest], part: "range")
      let width = writer.number(layer.upper - layer.lower, named: "width")
      let zero = writer.number(0, named: "zero")
      let isFlat = writer.add("Equal", [range, zero], part: "is_flat")
      let factor = writer.add("Div", [width, range], part: "factor")
      let moved = writer.add("Sub", [site.input, lowest], part: "moved")
      let stretched = writer.add(
        "Add",
        [
          writer.add("Mul", [moved, factor], part: "stretched"),
          writer.number(layer.lower, named: "lower"),
        ], part: "shifted")
      return writer.add("Where", [isFlat, site.input, stretched])
    },
  ])
}

extension ONNXGraphWriter {
  fileprivate func groupNormalization(
    _ site: ONNXSite, _ layer: GroupNormalization
  ) throws -> String {
    let channels = site.shape.channels
    guard site.shape.rank == 3 else {
      throw UnexpectedContent(
        expected: "an image at '\(self.layer)', where channels are normalised in groups",
        found: "\(site.shape)")
    }
    func ones(_ count: Int) -> String {
      numbers([Float](repeating: 1, count: count), shape: [count], named: "ones")
    }
    func zeros(_ count: Int) -> String {
      numbers([Float](repeating: 0, count: count), shape: [count], named: "zeros")
    }
    let epsilon = ONNXAttributeProto.number("epsilon", layer.epsilon)
    guard let groups = layer.groups, groups < channels else {
      let gamma = site.parameter("gamma").map { weight($0, named: "weight") } ?? ones(channels)
      let beta = site.parameter("beta").map { weight($0, named: "bias") } ?? zeros(channels)
      return add("InstanceNormalization", [site.input, gamma, beta], [epsilon])
    }
    let (height, width) = (site.shape.dimensions[0], site.shape.dimensions[1])
    let grouped = add("Reshape", [site.input, integers([0, groups, -1])], part: "groups")
    let normal = add(
      "InstanceNormalization", [grouped, ones(groups), zeros(groups)], [epsilon], part: "normal")
    var value = add("Reshape", [normal, integers([0, channels, height, width])], part: "image")
    if let gamma = site.parameter("gamma") {
      value = add(
        "Mul", [value, weight(gamma, named: "weight", shape: [channels, 1, 1])], part: "scale")
    }
    guard let beta = site.parameter("beta") else { return value }
    return add("Add", [value, weight(beta, named: "bias", shape: [channels, 1, 1])])
  }

  fileprivate func responseNormalization(
    _ site: ONNXSite, _ layer: LocalResponseNormalization
  ) throws -> String {
    switch layer.region {
    case .channels(let before) where before == (layer.size - 1) / 2 && site.shape.rank == 3:
      return add(
        "LRN", [site.input],
        [
          .integer("size", layer.size), .number("alpha", layer.alpha), .number("beta", layer.beta),
          .number("bias", layer.bias),
        ])
    case .space:
      // The mean over a window that counts what is beyond the edges as zeros.
      let edge = (layer.size - 1) / 2
      let mean = add(
        "AveragePool", [add("Mul", [site.input, site.input], part: "square")],
        [
          .integers("kernel_shape", [layer.size, layer.size]), .integers("strides", [1, 1]),
          .integers("pads", [edge, edge, edge, edge]), .integer("count_include_pad", 1),
        ], part: "mean")
      let line = add(
        "Add",
        [
          add("Mul", [mean, number(layer.alpha, named: "alpha")], part: "scaled"),
          number(layer.bias, named: "bias_value"),
        ], part: "biased")
      let divisor = add("Pow", [line, number(layer.beta, named: "beta")], part: "divisor")
      return add("Div", [site.input, divisor])
    default:
      throw UnexpectedContent(
        expected: "as many channels before as after in '\(self.layer)', which ONNX has",
        found: "\(layer.size) channels")
    }
  }
}
