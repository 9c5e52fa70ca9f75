import TestSupport

@testable import ModelFormats

/// Tensors of given names and shapes whose values are those of `FormulaValues`.
struct FormulaArchive: TensorArchive {
  var shapes: [String: [Int]]
  /// What weights are multiplied by.
  var gain = 1.0
  /// How many values feed one of each output: of a weight's.
  let fanIn: (_ name: String, _ shape: [Int]) -> Int?

  var tensorNames: [String] { shapes.keys.sorted() }

  func tensor(named name: String) -> StoredTensor? {
    shapes[name].map { StoredTensor(shape: $0, type: "F32") }
  }

  func read(_ name: String, into destination: UnsafeMutableBufferPointer<Float>) throws {
    FormulaValues.fill(destination, name: name, fanIn: fanIn(name, shapes[name] ?? []), gain: gain)
  }
}
