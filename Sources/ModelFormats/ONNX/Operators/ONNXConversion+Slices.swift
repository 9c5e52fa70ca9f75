import Kernels
import Network

/// Operators that take parts.
extension ONNXConversion {
  func split(_ node: ONNXNode) throws -> [ONNXValue] {
    let value = try required(node, 0)
    let shape = try fileShape(value)
    let axis = try node.axis(node.integer("axis", default: 0), rank: shape.count)
    let total = shape[axis]
    var sizes = try integers(node, "split", input: 1) ?? []
    if sizes.isEmpty {
      let parts = max(node.integer("num_outputs", default: node.outputs.count), 1)
      let size = total / parts + (total % parts == 0 ? 0 : 1)
      guard parts <= node.outputs.count, size > 0 else {
        throw node.unexpected("\(parts)", expected: "as many parts as outputs")
      }
      sizes = (0..<parts).map { max(0, min(size, total - $0 * size)) }
    }
    guard sizes.allSatisfy({ $0 > 0 && $0 <= total }), sizes.reduce(0, +) == total else {
      throw node.unexpected("\(sizes)", expected: "parts of \(total)")
    }
    var start = 0
    return try sizes.map { size in
      defer { start += size }
      return try part(of: value, axis: axis, Slice.Axis(start: start, step: 1, count: size), node)
    }
  }

  func slice(_ node: ONNXNode) throws -> [ONNXValue] {
    var value = try required(node, 0)
    let shape = try fileShape(value)
    let bounds = try ["starts", "ends"].enumerated().map { index, key in
      try sliceBounds(node, key, input: index + 1)
    }
    let axes = try integers(node, "axes", input: 3) ?? Array(bounds[0].indices)
    let steps = try integers(node, "steps", input: 4) ?? axes.map { _ in 1 }
    guard axes.count == bounds[0].count, bounds[1].count == axes.count, steps.count == axes.count
    else {
      throw node.unexpected("\(axes)", expected: "as many axes as bounds")
    }
    for (index, given) in axes.enumerated() {
      let axis = try node.axis(given, rank: shape.count)
      // A slice of the whole batch is all of it.
      if axis == 0, !isConstant(value) {
        guard bounds[0][index] == BatchCount(0), steps[index] == 1,
          bounds[1][index] == .batch || (bounds[1][index].fixed ?? 0) > Int(Int32.max) - 1
        else {
          throw node.unexpected("a part of it", expected: "the whole batch")
        }
        continue
      }
      guard let start = bounds[0][index].fixed, let end = bounds[1][index].fixed else {
        throw node.unexpected("others", expected: "bounds that do not depend on the batch")
      }
      let part = try Self.clamped(
        start: start, end: end, step: steps[index], length: shape[axis], node)
      value = try self.part(of: value, axis: axis, part, node)
    }
    return [value]
  }

  private func sliceBounds(_ node: ONNXNode, _ key: String, input: Int) throws -> [BatchCount] {
    if let integers = node.integers(key) { return integers.map { BatchCount($0) } }
    guard let counts = try requiredConstant(node, input).counts else {
      throw node.unexpected("others", expected: "whole numbers as '\(key)'")
    }
    return counts
  }

  private static func clamped(
    start: Int, end: Int, step: Int, length: Int, _ node: ONNXNode
  ) throws -> Slice.Axis {
    guard step != 0, step.magnitude < 1 << 24, length < 1 << 40 else {
      throw node.unexpected("\(step)", expected: "a step other than 0")
    }
    func place(_ value: Int) -> Int {
      value < 0 ? max(value, -length - 1) + length : min(value, length)
    }
    if step > 0 {
      let (first, last) = (max(place(start), 0), max(place(end), 0))
      let count = last > first ? (last - first + step - 1) / step : 0
      return Slice.Axis(start: first, step: step, count: count)
    }
    let first = min(place(start), length - 1)
    let last = end < -length ? -1 : max(place(end), -1)
    let count = first > last ? (first - last - step - 1) / -step : 0
    return Slice.Axis(start: max(first, 0), step: step, count: count)
  }

  func gather(_ node: ONNXNode) throws -> [ONNXValue] {
    let value = try required(node, 0)
    let indices = try requiredConstant(node, 1)
    guard let places = indices.integers, indices.shape.count <= 1 else {
      throw node.unexpected("others", expected: "whole numbers in at most one axis as indices")
    }
    let shape = try fileShape(value)
    let axis = try node.axis(node.integer("axis", default: 0), rank: shape.count)
    let parts = try runs(places, length: shape[axis], node).map {
      try part(of: value, axis: axis, $0, node)
    }
    guard let first = parts.first else {
      throw node.unexpected("none", expected: "indices")
    }
    if case .constant(var constant) = first {
      if parts.count > 1 {
        constant = try ConstantTensor.concatenated(
          parts.compactMap { if case .constant(let part) = $0 { part } else { nil } }, axis: axis,
          in: archive)
      }
      if indices.shape.isEmpty { constant.shape.remove(at: axis) }
      return [.constant(constant)]
    }
    var features = try parts.map { try feature(of: $0) }
    if features.count > 1 {
      let axes = try arranged(features[0], last: axis - 1, name: name(node)).axes
      let sources = try features.map {
        try draft.rearranged($0, as: axes.map { [$0] }, name: name(node))
      }
      let place = try draft.add(Concatenate(), reading: sources, name: name(node))
      features = [feature(place, like: Arranged(node: place, axes: axes))]
    }
    return [.feature(indices.shape.isEmpty ? features[0].squeezing(axis - 1) : features[0])]
  }

  /// Indices as slices, of which there are few.
  private func runs(_ indices: [Int], length: Int, _ node: ONNXNode) throws -> [Slice.Axis] {
    var runs: [Slice.Axis] = []
    for index in indices {
      let place = index < 0 ? index.addingReportingOverflow(length).partialValue : index
      guard (0..<length).contains(place) else {
        throw node.unexpected("\(index)", expected: "an index below \(length)")
      }
      if let last = runs.last {
        let end = last.start + (last.count - 1) * last.step
        let step = last.count == 1 ? place - end : last.step
        if step != 0, end + step == place {
          runs[runs.count - 1] = Slice.Axis(start: last.start, step: step, count: last.count + 1)
          continue
        }
      }
      runs.append(Slice.Axis(start: place, step: 1, count: 1))
      guard runs.count <= 1_024 else {
        throw node.unexpected("more", expected: "at most 1024 runs of indices")
      }
    }
    return runs
  }

  private func isConstant(_ value: ONNXValue) -> Bool {
    if case .constant = value { true } else { false }
  }

  /// With the batch, which counts as one.
  private func fileShape(_ value: ONNXValue) throws -> [Int] {
    if case .constant(let constant) = value { return constant.shape }
    return [1] + (try feature(of: value)).shape
  }

  private func part(
    of value: ONNXValue, axis: Int, _ part: Slice.Axis, _ node: ONNXNode
  ) throws -> ONNXValue {
    if case .constant(let constant) = value {
      var axes = constant.shape.map { Slice.Axis(start: 0, step: 1, count: $0) }
      axes[axis] = part
      return .constant(try constant.sliced(axes, in: archive))
    }
    guard axis > 0, part.count > 0 else {
      throw node.unexpected("a part of the batch, or nothing", expected: "a part of each image")
    }
    let base = try feature(of: value)
    guard part != Slice.Axis(start: 0, step: 1, count: base.shape[axis - 1]) else {
      return .feature(base)
    }
    let axes = base.axesNearMemory
    let source = try draft.rearranged(base, as: axes.map { [$0] }, name: name(node))
    let slices = axes.map {
      $0 == axis - 1 ? part : Slice.Axis(start: 0, step: 1, count: base.shape[$0])
    }
    let place = try draft.add(Slice(slices), reading: [source], name: name(node))
    return .feature(feature(place, like: Arranged(node: place, axes: axes)))
  }
}
