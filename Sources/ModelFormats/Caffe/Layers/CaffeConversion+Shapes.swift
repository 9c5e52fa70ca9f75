import Foundation
import Kernels
import Network

/// Layers without weights that put values together, take them apart and change them one by one.
extension CaffeConversion {
  func concatenation(_ node: CaffeNode) throws -> [FileValue] {
    let parameters = try node.parameters("concat_param")
    let axis = try parameters.integer("axis") ?? parameters.integer("concat_dim") ?? 1
    let features = try node.inputs.indices.map { FileValue.feature(try feature(node, $0)) }
    guard features.count != 1 else { return features }
    return [try concatenated(features, axis: axis, node)]
  }

  func slice(_ node: CaffeNode) throws -> [FileValue] {
    let parameters = try node.parameters("slice_param")
    let base = try feature(node)
    let given = try parameters.integer("axis") ?? parameters.integer("slice_dim") ?? 1
    let axis = try node.axis(given, rank: base.axes.count + 1)
    guard axis >= 1 else { throw node.unexpected("the batch", expected: "an axis of an image") }
    let total = base.shape[axis - 1]
    var points = try parameters.integers("slice_point")
    let count = node.outputs.count
    if points.isEmpty, count > 0, total % count == 0 {
      points = (1..<max(count, 1)).map { $0 * (total / count) }
    }
    let ends = points + [total]
    guard ends.count == count, zip([0] + points, ends).allSatisfy({ $0 < $1 }) else {
      throw node.unexpected(
        points.isEmpty ? "\(count)" : "\(points)", expected: "parts of \(total) for \(count) tops")
    }
    let sizes = zip([0] + points, ends).map { $1 - $0 }
    return try split(.feature(base), axis: axis, into: sizes, node)
  }

  func elementwise(_ node: CaffeNode) throws -> [FileValue] {
    let parameters = try node.parameters("eltwise_param")
    let operation = try parameters.choice(
      "operation", [0: "PROD", 1: "SUM", 2: "MAX"], default: "SUM")
    var features = try node.inputs.indices.map { try feature(node, $0) }
    guard features.count >= 2 else {
      throw node.unexpected("\(features.count)", expected: "two bottoms or more")
    }
    guard features.allSatisfy({ $0.shape == features[0].shape }) else {
      throw node.unexpected(
        features.map { "\(Shape($0.shape))" }.joined(separator: " and "),
        expected: "bottoms of one shape")
    }
    switch operation {
    case "PROD":
      let product = try features.dropFirst().reduce(features[0]) {
        try merged(Multiply(), [$0, $1], node)
      }
      return [.feature(product)]
    case "MAX": return [.feature(try merged(Maximum(), features, node))]
    default:
      let factors = try parameters.numbers("coeff")
      guard factors.isEmpty || factors.count == features.count else {
        throw node.unexpected("\(factors.count)", expected: "\(features.count) of 'coeff'")
      }
      if factors == [1, -1] { return [.feature(try merged(Subtract(), features, node))] }
      for (index, factor) in factors.enumerated() where factor != 1 {
        features[index] = try elementwise(
          Rescaling(scale: [factor], offset: [0]), on: features[index],
          name: name(node).inserted("coefficient"))
      }
      return [.feature(try merged(Add(), features, node))]
    }
  }

  func flatten(_ node: CaffeNode) throws -> [FileValue] {
    let parameters = try node.parameters("flatten_param")
    let base = try feature(node)
    let rank = base.axes.count + 1
    let first = try node.axis(try parameters.integer("axis") ?? 1, rank: rank)
    let last = try node.axis(try parameters.integer("end_axis") ?? -1, rank: rank)
    guard first >= 1, last >= first else {
      throw node.unexpected("\(first) to \(last)", expected: "axes after the batch")
    }
    let shape = base.shape
    let flat = Shape.saturatedProduct(shape[(first - 1)..<last])
    return [
      .feature(
        try reshaped(base, to: Array(shape[..<(first - 1)]) + [flat] + shape[last...], node))
    ]
  }

  func reshape(_ node: CaffeNode) throws -> [FileValue] {
    let parameters = try node.parameters("reshape_param")
    let base = try feature(node)
    let target = try parameters.message("shape").integers("dim")
    let rank = base.axes.count + 1
    let given = try parameters.integer("axis") ?? 0
    // Behind the last one is a place, too.
    let axis = given < 0 ? given + rank + 1 : given
    guard (0...rank).contains(axis) else {
      throw node.unexpected("\(given)", expected: "an axis of \(rank)")
    }
    let count = try parameters.integer("num_axes") ?? -1
    let end = count < 0 ? rank : axis + min(count, rank)
    guard end <= rank else { throw node.unexpected("\(count)", expected: "axes that there are") }
    // 0 stands for the length that was at this place, counted within the part that is replaced.
    let whole = [1] + base.shape
    let part = target.enumerated().map { place, length in
      length == 0 && axis + place < whole.count
        ? (axis + place == 0 ? BatchCount.batch : BatchCount(whole[axis + place]))
        : BatchCount(length)
    }
    func kept(_ range: Range<Int>) -> [BatchCount] {
      range.map { $0 == 0 ? .batch : BatchCount(whole[$0]) }
    }
    var counts = kept(0..<axis) + part + kept(end..<rank)
    guard target.count(where: { $0 == -1 }) <= 1 else {
      throw node.unexpected("two", expected: "one length that is left open")
    }
    // The number of images that a net was written for.
    if axis == 0, let first = counts.first?.fixed, first > 0 { counts[0] = .batch }
    return [try reshaped(.feature(base), to: counts, keepsZero: false, node)]
  }

  func dropout(_ node: CaffeNode) throws -> [FileValue] {
    let parameters = try node.parameters("dropout_param")
    let rate = try parameters.number("dropout_ratio", default: 0.5)
    return [try dropped(.feature(try feature(node)), rate: rate, node)]
  }

  func power(_ node: CaffeNode) throws -> [FileValue] {
    let parameters = try node.parameters("power_param")
    let (power, scale, shift) = (
      try parameters.number("power", default: 1), try parameters.number("scale", default: 1),
      try parameters.number("shift", default: 0)
    )
    let layer: any Layer =
      power == 1
      ? Rescaling(scale: [scale], offset: [shift])
      : ActivationLayer(.power(exponent: power, scale: scale, shift: shift))
    return [.feature(try elementwise(layer, on: feature(node), name: name(node)))]
  }

  func exponential(_ node: CaffeNode) throws -> [FileValue] {
    let parameters = try node.parameters("exp_param")
    let base = try parameters.number("base", default: -1)
    guard base == -1 || base > 0 else {
      throw node.unexpected("\(base)", expected: "a base above 0, or −1 for e")
    }
    let factor = base == -1 ? 1 : log(base)
    let scale = try parameters.number("scale", default: 1) * factor
    let shift = try parameters.number("shift", default: 0) * factor
    var source = try feature(node)
    if scale != 1 || shift != 0 {
      source = try elementwise(
        Rescaling(scale: [scale], offset: [shift]), on: source,
        name: name(node).inserted("exponent"))
    }
    return [.feature(try elementwise(ActivationLayer(.exponential), on: source, name: name(node)))]
  }
}
