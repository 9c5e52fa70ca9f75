import Kernels
import Network

@testable import ModelFormats

/// Tensors of given names and shapes whose values are those of `make_architecture_fixtures.py`.
struct FormulaArchive: TensorArchive {
  var shapes: [String: [Int]]
  /// How many values feed one of each output: of a weight's, which keeps what flows through a network
  /// at one size.
  let fanIn: (_ name: String, _ shape: [Int]) -> Int?

  var tensorNames: [String] { shapes.keys.sorted() }

  func tensor(named name: String) -> StoredTensor? {
    shapes[name].map { StoredTensor(shape: $0, type: "F32") }
  }

  func read(_ name: String, into destination: UnsafeMutableBufferPointer<Float>) throws {
    var seed: UInt32 = 2_166_136_261
    for byte in name.utf8 { seed = (seed ^ UInt32(byte)) &* 16_777_619 }
    let limit = fanIn(name, shapes[name] ?? []).map { (6 / Double($0)).squareRoot() }
    let isVariance = name.hasSuffix("running_var") || name.hasSuffix("moving_variance")
    let isScale = name.hasSuffix("weight") || name.hasSuffix("gamma")
    for index in destination.indices {
      var x = (UInt32(truncatingIfNeeded: index) &+ seed) &* 2_654_435_761
      x ^= x >> 16
      x = x &* 0x85EB_CA6B
      x ^= x >> 13
      let u = Double(x) / 4_294_967_296
      destination[index] =
        if let limit {
          Float((2 * u - 1) * limit)
        } else if isVariance {
          Float(0.5 + u)
        } else if isScale {
          Float(0.8 + 0.4 * u)
        } else {
          Float((2 * u - 1) * 0.1)
        }
    }
  }
}
