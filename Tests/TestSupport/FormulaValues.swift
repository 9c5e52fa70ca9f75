import Foundation

/// Values of a formula of a tensor's name and of each value's place, which scripts that make fixtures
/// compute alike (`make_architecture_fixtures.py`).
///
/// Here and not beside the tests, whose code is not optimised: networks have millions of values.
package enum FormulaValues {
  /// - Parameters:
  ///   - fanIn: how many values feed one of each output, of a weight: it keeps what flows through a
  ///     network at one size. Of other tensors `nil`, and their name says what they are.
  ///   - gain: what weights are multiplied by.
  package static func fill(
    _ destination: UnsafeMutableBufferPointer<Float>, name: String, fanIn: Int?, gain: Double = 1
  ) {
    var seed: UInt32 = 2_166_136_261
    for byte in name.utf8 { seed = (seed ^ UInt32(byte)) &* 16_777_619 }
    let (scale, offset) = range(name: name, fanIn: fanIn, gain)
    for index in destination.indices {
      var x = (UInt32(truncatingIfNeeded: index) &+ seed) &* 2_654_435_761
      x ^= x >> 16
      x = x &* 0x85EB_CA6B
      x ^= x >> 13
      destination[index] = Float(Double(x) / 4_294_967_296 * scale + offset)
    }
  }

  /// What a number between 0 and 1 is multiplied by, and what is added.
  private static func range(
    name: String, fanIn: Int?, _ gain: Double
  ) -> (scale: Double, offset: Double) {
    if let fanIn {
      let limit = (6 / Double(fanIn)).squareRoot() * gain
      return (2 * limit, -limit)
    }
    if name.hasSuffix("running_var") || name.hasSuffix("moving_variance") { return (1, 0.5) }
    if name.hasSuffix("weight") || name.hasSuffix("gamma") { return (0.4, 0.8) }
    return (0.2, -0.1)
  }
}
