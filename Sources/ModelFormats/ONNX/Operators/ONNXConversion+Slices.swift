import Kernels
import Network

/// Operators that take parts.
extension ONNXConversion {
  func split(_ node: ONNXNode) throws -> [FileValue] {
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
    return try split(value, axis: axis, into: sizes, node)
  }

  func slice(_ node: ONNXNode) throws -> [FileValue] {
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

  func gather(_ node: ONNXNode) throws -> [FileValue] {
    let value = try required(node, 0)
    let indices = try requiredConstant(node, 1)
    guard let places = indices.integers, indices.shape.count <= 1 else {
      throw node.unexpected("others", expected: "whole numbers in at most one axis as indices")
    }
    return [
      try gathered(
        value, places, isOne: indices.shape.isEmpty, axis: node.integer("axis", default: 0), node)
    ]
  }
}
