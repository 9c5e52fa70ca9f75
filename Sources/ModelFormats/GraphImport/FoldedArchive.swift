import Network

/// A file's tensors, and beside them those that were computed of them while the graph was read.
final class FoldedArchive: TensorArchive {
  private let base: any TensorArchive
  private var folded: [String: Entry] = [:]

  private enum Entry {
    /// A tensor of the file under another shape.
    case alias(String, shape: [Int])
    case numbers([Float], shape: [Int])
    case repeated(Float, shape: [Int])

    var shape: [Int] {
      switch self {
      case .alias(_, let shape), .numbers(_, let shape), .repeated(_, let shape): shape
      }
    }
  }

  init(_ base: any TensorArchive) {
    self.base = base
  }

  var tensorNames: [String] { base.tensorNames }

  func tensor(named name: String) -> StoredTensor? {
    folded[name].map { StoredTensor(shape: $0.shape, type: "computed") } ?? base.tensor(named: name)
  }

  func read(_ name: String, into destination: UnsafeMutableBufferPointer<Float>) throws {
    switch folded[name] {
    case .alias(let stored, _): try base.read(stored, into: destination)
    case .numbers(let numbers, _): _ = destination.update(fromContentsOf: numbers)
    case .repeated(let value, _): destination.update(repeating: value)
    case nil: try base.read(name, into: destination)
    }
  }

  /// A name for a constant's values under a shape of as many.
  /// - Throws: `UnexpectedContent` for another number of values, and for too many.
  func place(_ tensor: ConstantTensor, shape: [Int]? = nil) throws -> String {
    let shape = shape ?? tensor.shape
    guard Shape.saturatedProduct(shape) == tensor.count else {
      throw UnexpectedContent(
        expected: "weights of shape \(Shape(shape))", found: "\(Shape(tensor.shape))")
    }
    let entry: Entry
    switch tensor.elements {
    case .stored(let name):
      guard shape != base.tensor(named: name)?.shape else { return name }
      entry = .alias(name, shape: shape)
    case .repeated(let value):
      guard tensor.count <= ConstantTensor.countLimit else {
        throw UnexpectedContent(expected: "weights of at most 1 GB", found: "\(Shape(shape))")
      }
      entry = .repeated(value, shape: shape)
    default: entry = .numbers(try tensor.numbers(in: base), shape: shape)
    }
    // No name of a file has a line's end in it, as far as anyone has seen.
    let name = "computed\n\(folded.count)"
    folded[name] = entry
    return name
  }
}
