/// How pixels between pixels are worked out.
package enum Interpolation: String, Codable, CaseIterable, Sendable {
  case nearest
  case bilinear
  case bicubic

  /// Source pixels to each side that a filter reaches at the same size.
  var support: Double {
    switch self {
    case .nearest: 0
    case .bilinear: 1
    case .bicubic: 2
    }
  }

  /// The filter's weight at a distance in source pixels.
  func weight(_ distance: Double) -> Double {
    let x = abs(distance)
    switch self {
    case .nearest: return x < 0.5 ? 1 : 0
    case .bilinear: return x < 1 ? 1 - x : 0
    case .bicubic:
      // Keys, "Cubic convolution interpolation", 1981, with a = −0.5.
      let a = -0.5
      if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
    }
  }
}
