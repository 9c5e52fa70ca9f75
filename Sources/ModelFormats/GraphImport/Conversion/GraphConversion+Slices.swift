import Kernels
import Network

/// Parts of values.
extension GraphConversion {
  /// - Parameter axis: counted with the batch.
  func split(
    _ value: FileValue, axis: Int, into sizes: [Int], _ node: any FileNode
  ) throws -> [FileValue] {
    let total = try fileShape(value)[axis]
    guard sizes.allSatisfy({ $0 > 0 && $0 <= total }), sizes.reduce(0, +) == total else {
      throw node.unexpected("\(sizes)", expected: "parts of \(total)")
    }
    var start = 0
    return try sizes.map { size in
      defer { start += size }
      return try part(of: value, axis: axis, Slice.Axis(start: start, step: 1, count: size), node)
    }
  }

  /// The values at `places` along an axis, which is counted with the batch.
  /// - Parameter isOne: whether there is one place, and the axis goes.
  func gathered(
    _ value: FileValue, _ places: [Int], isOne: Bool, axis given: Int, _ node: any FileNode
  ) throws -> FileValue {
    let shape = try fileShape(value)
    let axis = try node.axis(given, rank: shape.count)
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
      if isOne { constant.shape.remove(at: axis) }
      return .constant(constant)
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
    return .feature(isOne ? features[0].squeezing(axis - 1) : features[0])
  }

  static func clamped(
    start: Int, end: Int, step: Int, length: Int, _ node: any FileNode
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

  /// Indices as slices, of which there are few.
  func runs(_ indices: [Int], length: Int, _ node: any FileNode) throws -> [Slice.Axis] {
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

  func isConstant(_ value: FileValue) -> Bool {
    if case .constant = value { true } else { false }
  }

  /// With the batch, which counts as one.
  func fileShape(_ value: FileValue) throws -> [Int] {
    if case .constant(let constant) = value { return constant.shape }
    return [1] + (try feature(of: value)).shape
  }

  func part(
    of value: FileValue, axis: Int, _ part: Slice.Axis, _ node: any FileNode
  ) throws -> FileValue {
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
