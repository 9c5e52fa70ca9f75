import Kernels
import Safetensors

extension CheckpointFile {
  /// The first parameter, in the order of the file, whose weights are not those of another checkpoint, bit
  /// for bit; `nil` where all are.
  /// - Throws: `FileError`, `FormatError`.
  package func firstDifference(from other: CheckpointFile) throws -> String? {
    let (mine, others) = (weights, other.weights)
    if let name = Set(mine.keys).symmetricDifference(others.keys).min() { return name }
    for name in mine.keys.sorted() {
      guard let shape = mine[name], others[name] == shape else { return name }
      let count = shape.reduce(1, *)
      let (left, right) = (FloatBuffer(count: count), FloatBuffer(count: count))
      try readWeights(of: name, into: left)
      try other.readWeights(of: name, into: right)
      for index in 0..<count
      where left.pointer[index].bitPattern != right.pointer[index].bitPattern {
        return name
      }
    }
    return nil
  }
}
