import Kernels
import Network

/// What moves values, and computes none.
extension GraphConversion {
  /// - Parameter keepsZero: whether 0 is a length; else it stands for the length that was there.
  func reshaped(
    _ value: FileValue, to target: [BatchCount], keepsZero: Bool, _ node: any FileNode
  ) throws -> FileValue {
    if case .constant(let constant) = value {
      return .constant(
        constant.reshaped(
          try dimensions(of: target, from: constant.shape, count: constant.count, keepsZero, node)))
    }
    let base = try feature(of: value)
    return .feature(try reshaped(base, to: try imageShape(target, base, keepsZero, node), node))
  }

  /// The target without the batch.
  func imageShape(
    _ target: [BatchCount], _ base: Feature, _ keepsZero: Bool, _ node: any FileNode
  ) throws -> [Int] {
    let text = target.map(\.description).joined(separator: ", ")
    guard let first = target.first else {
      throw node.unexpected("none", expected: "a shape with the batch first")
    }
    let rest = Array(target.dropFirst())
    let isBatch =
      first == .batch || first == BatchCount(0) && !keepsZero
      || fixedBatch != nil && first.fixed == fixedBatch
    let isFree = first == BatchCount(-1)
    guard isBatch || isFree else {
      throw node.unexpected("\(text)", expected: "a shape whose first axis is the batch")
    }
    // Axes that are copied are counted with the batch.
    let dimensions = try dimensions(
      of: rest, from: Array(base.shape), count: base.count, keepsZero, node)
    guard Shape.saturatedProduct(dimensions) == base.count else {
      throw node.unexpected("\(text)", expected: "a shape of \(base.count) values for each image")
    }
    return dimensions
  }

  /// A shape with −1 and 0 settled.
  func dimensions(
    of target: [BatchCount], from shape: [Int], count: Int, _ keepsZero: Bool, _ node: any FileNode
  ) throws -> [Int] {
    var dimensions: [Int] = []
    for (axis, dimension) in target.enumerated() {
      guard let fixed = dimension.fixed else {
        throw node.unexpected("\(dimension)", expected: "the batch as first axis alone")
      }
      if fixed == 0, !keepsZero, shape.indices.contains(axis) {
        dimensions.append(shape[axis])
      } else {
        dimensions.append(fixed)
      }
    }
    if let free = dimensions.firstIndex(of: -1) {
      dimensions[free] = 1
      let known = Shape.saturatedProduct(dimensions)
      guard known > 0, count % known == 0 else {
        throw node.unexpected("\(dimensions)", expected: "a shape of \(count) values")
      }
      dimensions[free] = count / known
    }
    guard dimensions.allSatisfy({ $0 >= 0 }), Shape.saturatedProduct(dimensions) == count else {
      throw node.unexpected("\(Shape(dimensions))", expected: "a shape of \(count) values")
    }
    return dimensions
  }

  func reshaped(_ base: Feature, to shape: [Int], _ node: any FileNode) throws -> Feature {
    if let view = base.reshaped(shape) { return view }
    // Atoms that cannot be cut: the values are put in the file's order first.
    let flat = try draft.rearranged(base, as: [Array(base.axes.indices)], name: name(node))
    let row = Feature(node: flat, dimensions: [base.count], order: [0])
    guard let view = row.reshaped(shape) else {
      throw node.unexpected("\(Shape(shape))", expected: "a shape of \(base.count) values")
    }
    return view
  }
}
