import Kernels
import Network

/// Borders and sizes of images.
extension ONNXConversion {
  func pad(_ node: ONNXNode) throws -> [FileValue] {
    let base = try feature(node)
    let rank = base.axes.count + 1
    let mode = node.text("mode", default: "constant")
    guard let amounts = try integers(node, "pads", input: 1) else {
      throw node.unexpected("none", expected: "'pads'")
    }
    var value = try node.number("value", default: 0)
    if let constant = try constant(node, 2) { value = try constant.numbers(in: archive).first ?? 0 }
    let axes =
      try constant(node, 3)?.integers?.map { try node.axis($0, rank: rank) }
      ?? Array(0..<rank)
    guard amounts.count == 2 * axes.count else {
      throw node.unexpected("\(amounts)", expected: "two amounts for each axis")
    }
    var before = [Int](repeating: 0, count: rank)
    var after = before
    for (index, axis) in axes.enumerated() {
      before[axis] = amounts[index]
      after[axis] = amounts[index + axes.count]
    }
    guard (before + after).contains(where: { $0 != 0 }) else { return [.feature(base)] }
    let contents: [String: EdgeContent] = [
      "constant": .constant(value), "reflect": .reflect, "edge": .replicate, "wrap": .circular,
    ]
    func isPadded(_ axis: Int) -> Bool { before[axis] != 0 || after[axis] != 0 }
    // Whichever axis stands for the channels: exporters leave images of TensorFlow's as they lie there.
    let last = base.axesInMemory?.last.map { $0 + 1 }
    guard rank == 4, !isPadded(0),
      let channels = ([last, 1, 3, 2].compactMap(\.self)).first(where: { !isPadded($0) }),
      let content = contents[mode], !value.isNaN
    else {
      throw node.unexpected(
        "'\(mode)' with \(amounts)", expected: "something around height and width that is known")
    }
    let order = [channels] + (1...3).filter { $0 != channels }
    let source = try image(base.transposed(order.map { $0 - 1 }), node)
    before = [0] + order.map { before[$0] }
    after = [0] + order.map { after[$0] }
    let all = before[2...] + after[2...]
    guard all.allSatisfy({ abs($0) <= Window.sizeLimit }) else {
      throw node.unexpected("\(amounts)", expected: "amounts of at most \(Window.sizeLimit)")
    }
    var place = source
    let padding = Padding(
      top: max(before[2], 0), bottom: max(after[2], 0), left: max(before[3], 0),
      right: max(after[3], 0))
    // Less than nothing cuts off.
    let cropping = Padding(
      top: max(-before[2], 0), bottom: max(-after[2], 0), left: max(-before[3], 0),
      right: max(-after[3], 0))
    if cropping != .none {
      place = try draft.add(Cropping2D(cropping), reading: [place], name: name(node))
    }
    if padding != .none {
      let layer: any Layer =
        content == .constant(0)
        ? ZeroPadding2D(padding) : Padding2D(padding, content: content)
      place = try draft.add(layer, reading: [place], name: name(node))
    }
    let back = (1...3).map { axis in order.firstIndex(of: axis)! }
    return [.feature(imageFeature(place).transposed(back))]
  }

  func resize(_ node: ONNXNode) throws -> [FileValue] {
    let base = try feature(node)
    let source = try image(base, node)
    let old = draft.shape(of: source)
    let sizes = try sizes(node, old: [old.channels, old.dimensions[0], old.dimensions[1]])
    guard sizes[0] == old.channels else {
      throw node.unexpected("\(sizes)", expected: "\(old.channels) channels as before")
    }
    let mode = node.text("mode", default: "nearest")
    let place = node.text(
      "coordinate_transformation_mode",
      default: node.operation == "Upsample" || opset < 11 ? "asymmetric" : "half_pixel")
    let placements: [String: Interpolation.Placement] = [
      "half_pixel": .halfPixel, "pytorch_half_pixel": .halfPixel, "asymmetric": .asymmetric,
      "align_corners": .alignedCorners, "half_pixel_symmetric": .halfPixel,
    ]
    let roundings: [String: Interpolation.Rounding] = [
      "round_prefer_floor": .halfDown, "round_prefer_ceil": .halfUp, "floor": .down, "ceil": .up,
    ]
    let rounding = node.text(
      "nearest_mode",
      default: node.operation == "Upsample" || opset < 11 ? "floor" : "round_prefer_floor")
    guard let placement = placements[place], let rounding = roundings[rounding],
      ["nearest", "linear", "bilinear"].contains(mode)
    else {
      throw node.unexpected(
        "'\(mode)', '\(place)'",
        expected: "nearest or linear interpolation at places that are known")
    }
    let layer = Resizing(
      height: sizes[1], width: sizes[2], interpolation: mode == "nearest" ? .nearest : .bilinear,
      antialiases: node.integer("antialias", default: 0) != 0, placement: placement,
      rounding: rounding)
    return [
      .feature(imageFeature(try draft.add(layer, reading: [source], name: name(node))))
    ]
  }

  /// Channels, height and width after a change of size.
  private func sizes(_ node: ONNXNode, old: [Int]) throws -> [Int] {
    if let counts = try constant(node, 3)?.counts, !counts.isEmpty {
      // Later versions name the axes that change.
      let axes = try node.integers("axes")?.map { try node.axis($0, rank: 4) } ?? [0, 1, 2, 3]
      var sizes = [-1] + old
      for (axis, count) in zip(axes, counts) where axis > 0 { sizes[axis] = count.fixed ?? -1 }
      guard counts.count == axes.count, sizes.dropFirst().allSatisfy({ (1...1 << 24).contains($0) })
      else {
        throw node.unexpected("\(counts)", expected: "sizes of batch, channels, height and width")
      }
      return Array(sizes.dropFirst())
    }
    // Version 10 and Upsample have the factors second, later ones third.
    var scales =
      try node.numbers("scales")
      ?? constant(node, node.inputs.count > 2 ? 2 : 1)?.numbers(in: archive) ?? []
    if let axes = try node.integers("axes")?.map({ try node.axis($0, rank: 4) }),
      axes.count == scales.count
    {
      var all: [Float] = [1, 1, 1, 1]
      for (axis, scale) in zip(axes, scales) { all[axis] = scale }
      scales = all
    }
    guard scales.count == 4, scales[0] == 1, scales.allSatisfy({ $0.isFinite && $0 > 0 }) else {
      throw node.unexpected("\(scales)", expected: "factors of batch, channels, height and width")
    }
    let sizes = zip(old, scales.dropFirst()).map {
      Int(saturating: (Double($0) * Double($1)).rounded(.down))
    }
    // A factor that leaves part of a pixel would move all others.
    let isWhole = zip(old, zip(sizes, scales.dropFirst())).allSatisfy { old, new in
      abs(Double(old) * Double(new.1) - Double(new.0)) < 1e-3
    }
    guard isWhole, sizes.allSatisfy({ (1...1 << 24).contains($0) }) else {
      throw node.unexpected("\(scales)", expected: "factors that leave whole pixels")
    }
    return sizes
  }
}
