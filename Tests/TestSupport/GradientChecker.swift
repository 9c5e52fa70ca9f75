/// Holds a gradient against finite differences. It knows only memory and a function, so it serves
/// kernels, layers and whole plans alike.
package struct GradientChecker {
  /// Half of the distance between the two points of a difference.
  package var step: Float
  /// Largest error allowed, as a share of the gradient's largest value (or of 1, if that is more).
  package var tolerance: Double

  package init(step: Float = 1e-2, tolerance: Double = 5e-3) {
    self.step = step
    self.tolerance = tolerance
  }

  package struct Finding: CustomStringConvertible {
    /// Elements whose gradient is wrong: what the differences say, and what was claimed.
    package var wrong: [(element: Int, expected: Double, found: Double)] = []
    /// Elements at a kink, such as a rectifier's, where no difference says anything.
    package var skipped = 0
    package var count = 0

    /// Nothing wrong, and most elements looked at.
    package var isGood: Bool { wrong.isEmpty && 5 * skipped <= count }

    package var description: String {
      let examples = wrong.prefix(4).map { "[\($0.element)] \($0.expected), found \($0.found)" }
      return "\(wrong.count) of \(count) wrong, \(skipped) skipped: "
        + examples.joined(separator: "; ")
    }
  }

  /// Compares `gradient` with the differences of `loss` as each of `values` moves up and down.
  ///
  /// - Parameters:
  ///   - values: what `loss` reads; as it was afterwards.
  ///   - gradient: the claim.
  ///   - loss: the function, in double precision as far as it can be.
  package func check(
    _ values: UnsafeMutablePointer<Float>, gradient: [Float], loss: () -> Double
  ) -> Finding {
    func slope(_ element: Int, _ step: Float) -> Double {
      let value = values[element]
      defer { values[element] = value }
      values[element] = value + step
      let (above, high) = (values[element], loss())
      values[element] = value - step
      // The distance as rounded, not as asked for.
      return (high - loss()) / Double(above - values[element])
    }
    let wide = gradient.indices.map { slope($0, step) }
    let narrow = gradient.indices.map { slope($0, step / 2) }
    let scale = wide.reduce(1) { max($0, abs($1)) }
    var finding = Finding(count: gradient.count)
    for element in gradient.indices {
      // Where two differences do not agree, the function bends between the points.
      guard abs(wide[element] - narrow[element]) <= tolerance / 2 * scale else {
        finding.skipped += 1
        continue
      }
      let found = Double(gradient[element])
      if !(abs(narrow[element] - found) <= tolerance * scale) {
        finding.wrong.append((element, narrow[element], found))
      }
    }
    return finding
  }
}
