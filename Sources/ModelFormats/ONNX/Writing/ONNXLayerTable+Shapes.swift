import Kernels
import Network

extension ONNXLayerTable {
  /// Layers that move values.
  static let moving = table([
    row(Flatten.self) { writer, _, site in
      writer.add("Flatten", [writer.native(site.input, site.shape)], [.integer("axis", 1)])
    },
    row(Reshape.self) { writer, _, site in writer.reshaped(site) },
    row(Permute.self) { writer, layer, site in
      let value = writer.add(
        "Transpose", [writer.native(site.input, site.shape)],
        [.integers("perm", [0] + layer.order.map { $0 + 1 })])
      return writer.fileLayout(value, site.output)
    },
    row(Slice.self) { writer, layer, site in
      let axes = layer.axes.enumerated().filter { axis, part in
        part != Slice.Axis(start: 0, step: 1, count: site.shape.dimensions[axis])
      }
      guard !axes.isEmpty else { return writer.add("Identity", [site.input]) }
      let ends = axes.map { _, part in
        let end = part.start + part.count * part.step
        return end < 0 ? Int(Int32.min) : end
      }
      return writer.slice(
        site.input, starts: axes.map(\.element.start), ends: ends,
        axes: axes.map { ONNXGraphWriter.fileAxis($0.offset, rank: site.shape.rank) },
        steps: axes.map(\.element.step))
    },
    row(Cropping2D.self) { writer, layer, site in
      let (height, width) = (site.shape.dimensions[0], site.shape.dimensions[1])
      return writer.slice(
        site.input, starts: [layer.amounts.top, layer.amounts.left],
        ends: [height - layer.amounts.bottom, width - layer.amounts.right], axes: [2, 3],
        steps: [1, 1])
    },
    row(Broadcast.self) { writer, layer, site in
      // Axes that the input lacks come first.
      let missing = layer.target.rank - site.shape.rank
      var value = writer.native(site.input, site.shape)
      if missing > 0 {
        value = writer.add(
          "Unsqueeze", [value, writer.integers(Array(1...missing))], part: "axes")
      }
      value = writer.add("Expand", [value, writer.integers([1] + layer.target.dimensions)])
      return writer.fileLayout(value, site.output)
    },
    row(ZeroPadding2D.self) { writer, layer, site in
      writer.padded(site, layer.amounts, .constant(0))
    },
    row(Padding2D.self) { writer, layer, site in
      writer.padded(site, layer.amounts, layer.content)
    },
    row(Resizing.self) { writer, layer, site in try writer.resized(site, layer) },
    row(ChannelShuffle.self) { writer, layer, site in
      let channels = site.shape.channels
      guard site.shape.rank == 3 else {
        let groups = writer.add(
          "Reshape", [site.input, writer.integers([0, layer.groups, channels / layer.groups])],
          part: "groups")
        let turned = writer.add(
          "Transpose", [groups], [.integers("perm", [0, 2, 1])], part: "turn")
        return writer.add("Reshape", [turned, writer.integers([0, channels])])
      }
      let (height, width) = (site.shape.dimensions[0], site.shape.dimensions[1])
      let groups = writer.add(
        "Reshape",
        [site.input, writer.integers([0, layer.groups, channels / layer.groups, height, width])],
        part: "groups")
      let turned = writer.add(
        "Transpose", [groups], [.integers("perm", [0, 2, 1, 3, 4])], part: "turn")
      return writer.add("Reshape", [turned, writer.integers([0, channels, height, width])])
    },
    row(Dropout.self) { writer, layer, site in
      guard layer.sharedAxes.isEmpty else {
        writer.notes.append(
          "'\(writer.layer)', dropout of parts of an image, is left out: ONNX has none")
        return writer.add("Identity", [site.input])
      }
      return writer.add(
        "Dropout", [site.input, writer.number(Float(layer.rate), named: "ratio")])
    },
  ])
}

extension ONNXGraphWriter {
  fileprivate func reshaped(_ site: ONNXSite) -> String {
    let value = add(
      "Reshape", [native(site.input, site.shape), integers([0] + site.output.dimensions)])
    return fileLayout(value, site.output)
  }

  fileprivate func slice(
    _ value: String, starts: [Int], ends: [Int], axes: [Int], steps: [Int]
  ) -> String {
    add("Slice", [value, integers(starts), integers(ends), integers(axes), integers(steps)])
  }

  func padded(_ site: ONNXSite, _ amounts: Padding, _ content: EdgeContent) -> String {
    let pads = integers([
      0, 0, amounts.top, amounts.left, 0, 0, amounts.bottom, amounts.right,
    ])
    switch content {
    case .constant(let value):
      return add(
        "Pad", [site.input, pads, number(value, named: "border")], [.text("mode", "constant")])
    case .reflect: return add("Pad", [site.input, pads], [.text("mode", "reflect")])
    case .replicate: return add("Pad", [site.input, pads], [.text("mode", "edge")])
    case .symmetric, .circular:
      // Rows and columns by their numbers.
      let isCircular = content == .circular
      var value = site.input
      for (axis, (length, around)) in zip(
        site.shape.dimensions,
        [(amounts.top, amounts.bottom), (amounts.left, amounts.right)]
      ).enumerated() {
        let places = (-around.0..<length + around.1).map { place in
          let turn = isCircular ? length : 2 * length
          let inside = ((place % turn) + turn) % turn
          return inside < length ? inside : 2 * length - 1 - inside
        }
        value = add(
          "Gather", [value, integers(places)], [.integer("axis", axis + 2)],
          part: axis == 0 ? "rows" : "")
      }
      return value
    }
  }

  fileprivate func resized(_ site: ONNXSite, _ layer: Resizing) throws -> String {
    var attributes: [ONNXAttributeProto] = [.integers("axes", [2, 3])]
    switch layer.interpolation {
    case .nearest: attributes.append(.text("mode", "nearest"))
    case .bilinear: attributes.append(.text("mode", "linear"))
    case .bicubic:
      attributes += [
        .text("mode", "cubic"), .number("cubic_coeff_a", -0.5), .integer("exclude_outside", 1),
      ]
    default:
      throw UnexpectedContent(
        expected: "nearest, bilinear or bicubic interpolation in '\(self.layer)', which ONNX has",
        found: layer.interpolation.rawValue)
    }
    switch layer.placement {
    case .halfPixel: attributes.append(.text("coordinate_transformation_mode", "half_pixel"))
    case .asymmetric: attributes.append(.text("coordinate_transformation_mode", "asymmetric"))
    case .alignedCorners:
      attributes.append(.text("coordinate_transformation_mode", "align_corners"))
    }
    switch layer.rounding {
    case .halfUp: attributes.append(.text("nearest_mode", "round_prefer_ceil"))
    case .halfDown: attributes.append(.text("nearest_mode", "round_prefer_floor"))
    case .down: attributes.append(.text("nearest_mode", "floor"))
    case .up: attributes.append(.text("nearest_mode", "ceil"))
    }
    if layer.antialiases { attributes.append(.integer("antialias", 1)) }
    return add(
      "Resize", [site.input, "", "", integers([layer.height, layer.width])], attributes)
  }
}
