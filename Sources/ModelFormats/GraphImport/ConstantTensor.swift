import Network

/// A tensor whose values are known when a graph is read: weights, and what exporters leave of the
/// arithmetic of shapes.
struct ConstantTensor {
  enum Elements {
    /// Floating-point values that stay in the file's archive, under a name, until they are asked for.
    case stored(String)
    case numbers([Float])
    /// One value at every place.
    case repeated(Float)
    /// Whole numbers and truth values.
    case counts([BatchCount])
  }

  /// How a constant was computed, for those who look for a batch normalisation in it.
  final class Derivation {
    let operation: String
    let operands: [ConstantTensor]

    init(_ operation: String, _ operands: [ConstantTensor]) {
      self.operation = operation
      self.operands = operands
    }
  }

  var shape: [Int]
  var elements: Elements
  /// What the file calls it.
  var name: String?
  var derivation: Derivation?

  /// The most values that are computed, or repeated from one: 1 GB of them.
  static let countLimit = 1 << 28

  init(shape: [Int], _ elements: Elements, name: String? = nil) {
    self.shape = shape
    self.elements = elements
    self.name = name
  }

  /// Whole numbers in one axis.
  init(counts: [BatchCount]) {
    self.init(shape: [counts.count], .counts(counts))
  }

  init(_ numbers: [Float], shape: [Int]) {
    self.init(shape: shape, .numbers(numbers))
  }

  var count: Int { Shape.saturatedProduct(shape) }

  /// The whole numbers; `nil` where it holds others, or some that depend on the batch.
  var integers: [Int]? {
    guard case .counts(let counts) = elements else { return nil }
    let fixed = counts.compactMap(\.fixed)
    return fixed.count == counts.count ? fixed : nil
  }

  var counts: [BatchCount]? {
    if case .counts(let counts) = elements { counts } else { nil }
  }

  var isWhole: Bool { counts != nil }
}

extension ConstantTensor {
  /// The values as single-precision numbers, row-major.
  /// - Throws: what the archive throws; `UnexpectedContent` for too many, or for numbers that depend on the
  ///   batch.
  func numbers(in archive: any TensorArchive) throws -> [Float] {
    guard count <= Self.countLimit else {
      throw UnexpectedContent(
        expected: "at most \(Self.countLimit) values of a constant", found: "\(Shape(shape))")
    }
    switch elements {
    case .stored(let name): return try archive.values(name)
    case .numbers(let numbers): return numbers
    case .repeated(let value): return [Float](repeating: value, count: count)
    case .counts(let counts):
      return try counts.map {
        guard let fixed = $0.fixed else {
          throw UnexpectedContent(
            expected: "a constant that does not depend on the batch", found: "\($0)")
        }
        return Float(fixed)
      }
    }
  }
}

extension Shape {
  /// The product; `Int.max` where it does not fit.
  static func saturatedProduct(_ dimensions: some Sequence<Int>) -> Int {
    Shape(Array(dimensions)).count
  }
}
