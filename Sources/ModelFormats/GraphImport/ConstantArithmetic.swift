import Foundation
import Network

/// Arithmetic on constants, element by element with NumPy's broadcasting, by neutral names of the
/// operations.
enum ConstantArithmetic {
  enum Binary: String, Sendable {
    case add, subtract, multiply, divide, power, minimum, maximum, modulo
    case equal, less, greater, lessOrEqual, greaterOrEqual, and, or

    /// What does the same with two features; `nil` where there is no such layer.
    var layer: (any Layer)? {
      switch self {
      case .add: Add()
      case .subtract: Subtract()
      case .multiply: Multiply()
      case .minimum: Minimum()
      case .maximum: Maximum()
      default: nil
      }
    }
  }

  enum Unary: String, Sendable {
    case negate, absolute, squareRoot, reciprocal, exponential, logarithm, floor, ceiling, round
    case sigmoid, hyperbolicTangent, rectify, not
  }

  static func unary(
    _ operation: Unary, _ tensor: ConstantTensor, in archive: any TensorArchive
  ) throws -> ConstantTensor {
    var result = tensor
    result.name = nil
    if let counts = tensor.counts,
      [.negate, .absolute, .not, .floor, .ceiling, .round].contains(operation)
    {
      result.elements = .counts(
        try counts.map { count in
          switch operation {
          case .negate: return try fitting(BatchCount.difference(BatchCount(0), count))
          case .absolute:
            guard let fixed = count.fixed else { return count }
            return BatchCount(Int(clamping: fixed.magnitude))
          case .not: return BatchCount(count == BatchCount(0) ? 1 : 0)
          default: return count
          }
        })
      return result
    }
    result.elements = .numbers(try tensor.numbers(in: archive).map { value(operation, $0) })
    result.derivation = ConstantTensor.Derivation(operation.rawValue, [tensor])
    return result
  }

  private static func value(_ operation: Unary, _ x: Float) -> Float {
    switch operation {
    case .negate: -x
    case .absolute: abs(x)
    case .squareRoot: x.squareRoot()
    case .reciprocal: 1 / x
    case .exponential: exp(x)
    case .logarithm: log(x)
    case .floor: x.rounded(.down)
    case .ceiling: x.rounded(.up)
    case .round: x.rounded(.toNearestOrEven)
    case .sigmoid: 1 / (1 + exp(-x))
    case .hyperbolicTangent: tanh(x)
    case .rectify: max(x, 0)
    case .not: x == 0 ? 1 : 0
    }
  }

  static func binary(
    _ operation: Binary, _ a: ConstantTensor, _ b: ConstantTensor, in archive: any TensorArchive
  ) throws -> ConstantTensor {
    guard let shape = broadcastShape(a.shape, b.shape),
      Shape.saturatedProduct(shape) <= ConstantTensor.countLimit
    else {
      throw UnexpectedContent(
        expected: "constants of shapes that go together",
        found: "\(Shape(a.shape)) and \(Shape(b.shape))")
    }
    if let left = a.counts, let right = b.counts {
      let (left, right) = (spread(left, a.shape, to: shape), spread(right, b.shape, to: shape))
      return ConstantTensor(
        shape: shape, .counts(try zip(left, right).map { try count(operation, $0, $1) }))
    }
    let left = spread(try a.numbers(in: archive), a.shape, to: shape)
    let right = spread(try b.numbers(in: archive), b.shape, to: shape)
    var result: ConstantTensor
    switch operation {
    case .equal, .less, .greater, .lessOrEqual, .greaterOrEqual, .and, .or:
      result = ConstantTensor(
        shape: shape,
        .counts(zip(left, right).map { BatchCount(value(operation, $0, $1) == 0 ? 0 : 1) }))
    default:
      result = ConstantTensor(zip(left, right).map { value(operation, $0, $1) }, shape: shape)
    }
    result.derivation = ConstantTensor.Derivation(operation.rawValue, [a, b])
    return result
  }

  private static func value(_ operation: Binary, _ a: Float, _ b: Float) -> Float {
    switch operation {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .power: pow(a, b)
    case .minimum: min(a, b)
    case .maximum: max(a, b)
    case .modulo: b == 0 ? .nan : fmod(a, b)
    case .equal: a == b ? 1 : 0
    case .less: a < b ? 1 : 0
    case .greater: a > b ? 1 : 0
    case .lessOrEqual: a <= b ? 1 : 0
    case .greaterOrEqual: a >= b ? 1 : 0
    case .and: a != 0 && b != 0 ? 1 : 0
    case .or: a != 0 || b != 0 ? 1 : 0
    }
  }

  private static func count(_ operation: Binary, _ a: BatchCount, _ b: BatchCount) throws
    -> BatchCount
  {
    switch operation {
    case .add: return try fitting(BatchCount.sum(a, b))
    case .subtract: return try fitting(BatchCount.difference(a, b))
    case .multiply: return try fitting(BatchCount.product(a, b))
    case .divide: return try fitting(BatchCount.quotient(a, b))
    case .equal: return BatchCount(a == b ? 1 : 0)
    default: break
    }
    guard let left = a.fixed, let right = b.fixed else {
      throw UnexpectedContent(
        expected: "arithmetic that does not depend on the batch",
        found: "\(operation.rawValue) of \(a) and \(b)")
    }
    switch operation {
    case .minimum: return BatchCount(min(left, right))
    case .maximum: return BatchCount(max(left, right))
    case .less: return BatchCount(left < right ? 1 : 0)
    case .greater: return BatchCount(left > right ? 1 : 0)
    case .lessOrEqual: return BatchCount(left <= right ? 1 : 0)
    case .greaterOrEqual: return BatchCount(left >= right ? 1 : 0)
    case .and: return BatchCount(left != 0 && right != 0 ? 1 : 0)
    case .or: return BatchCount(left != 0 || right != 0 ? 1 : 0)
    case .modulo:
      guard right != 0 else { return try fitting(nil) }
      let rest = left.remainderReportingOverflow(dividingBy: right).partialValue
      let (sum, overflow) = rest.addingReportingOverflow(right)
      return try fitting(
        overflow ? nil : BatchCount(rest != 0 && (rest < 0) != (right < 0) ? sum : rest))
    default:
      let power = pow(Double(left), Double(right))
      return try fitting(Int(exactly: power.rounded()).map { BatchCount($0) })
    }
  }

  static func fitting(_ count: BatchCount?) throws -> BatchCount {
    guard let count else {
      throw UnexpectedContent(
        expected: "whole numbers that fit", found: "a shape's arithmetic beyond them")
    }
    return count
  }
}

/// Broadcasting.
extension ConstantArithmetic {
  static func broadcastShape(_ a: [Int], _ b: [Int]) -> [Int]? {
    let rank = max(a.count, b.count)
    let left = [Int](repeating: 1, count: rank - a.count) + a
    let right = [Int](repeating: 1, count: rank - b.count) + b
    var shape: [Int] = []
    for (x, y) in zip(left, right) {
      guard x == y || x == 1 || y == 1 else { return nil }
      shape.append(x == 1 ? y : x)
    }
    return shape
  }

  /// The elements of a tensor, repeated to a shape that its own broadcasts to.
  static func spread<Element>(_ elements: [Element], _ from: [Int], to shape: [Int]) -> [Element] {
    let padded = [Int](repeating: 1, count: shape.count - from.count) + from
    guard padded != shape else { return elements }
    var strides = strides(of: padded)
    for axis in padded.indices where padded[axis] == 1 { strides[axis] = 0 }
    return gathered(elements, shape: shape, strides: strides, offset: 0)
  }

  /// The elements at the places of a strided view.
  static func gathered<Element>(
    _ elements: [Element], shape: [Int], strides: [Int], offset: Int
  ) -> [Element] {
    let count = Shape.saturatedProduct(shape)
    guard count > 0 else { return [] }
    var result: [Element] = []
    result.reserveCapacity(count)
    var place = [Int](repeating: 0, count: shape.count)
    var position = offset
    for _ in 0..<count {
      result.append(elements[position])
      for axis in shape.indices.reversed() {
        place[axis] += 1
        position += strides[axis]
        if place[axis] < shape[axis] { break }
        position -= shape[axis] * strides[axis]
        place[axis] = 0
      }
    }
    return result
  }

  static func strides(of shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * max(shape[axis + 1], 1)
    }
    return strides
  }
}
