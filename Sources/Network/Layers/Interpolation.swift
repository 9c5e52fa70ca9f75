import Foundation
import Kernels

/// How pixels between pixels are made, by TensorFlow's names.
package enum Interpolation: String, Sendable, CaseIterable {
  case nearest, bilinear, bicubic, lanczos3, lanczos5, gaussian, mitchellcubic

  /// Where a new pixel lies among the old ones.
  package enum Placement: Hashable, Sendable {
    /// Pixels are squares, and both images cover the same: TensorFlow 2, Keras, Torch, ONNX's
    /// `half_pixel`.
    case halfPixel
    /// The first pixels lie on each other: Torch's `nearest`, TensorFlow 1, ONNX's `asymmetric`.
    case asymmetric
    /// The first pixels lie on each other, and the last ones too: `align_corners`.
    case alignedCorners
  }

  /// Which of two pixels is the nearest.
  package enum Rounding: Hashable, Sendable {
    /// The nearer; half-way the second one, or the first.
    case halfUp, halfDown
    /// Always the first (Torch's `nearest`), or always the second.
    case down, up

    func pixel(_ place: Float) -> Float {
      switch self {
      case .halfUp: (place + 0.5).rounded(.down)
      case .halfDown: (place - 0.5).rounded(.up)
      case .down: place.rounded(.down)
      case .up: place.rounded(.up)
      }
    }
  }

  /// The weights of `old` positions in each of `new` ones.
  func axis(
    from old: Int, to new: Int, antialiases: Bool, placement: Placement = .halfPixel,
    rounding: Rounding = .halfUp
  ) -> Resampling.Axis {
    let scale =
      placement == .alignedCorners && new > 1
      ? Float(old - 1) / Float(new - 1) : Float(old) / Float(new)
    let taps = (0..<new).map { index in
      let center =
        placement == .halfPixel ? (Float(index) + 0.5) * scale : Float(index) * scale + 0.5
      switch self {
      case .nearest:
        // Rounding by halves is that of the centre without subtracting a half first.
        let pixel =
          rounding == .halfUp
          ? center.rounded(.down)
          : rounding.pixel(placement == .halfPixel ? center - 0.5 : Float(index) * scale)
        return (start: min(max(Int(pixel), 0), old - 1), weights: [Float(1)])
      case .bilinear where !antialiases: return Self.linear(center - 0.5, within: old)
      case .bicubic where !antialiases: return Self.cubic(center - 0.5, within: old)
      default:
        return kernelTaps(center, scale: antialiases ? max(scale, 1) : 1, within: old)
      }
    }
    return Resampling.Axis(
      sourceCount: old, starts: taps.map(\.start), weights: taps.map(\.weights))
  }

  private static func linear(_ place: Float, within count: Int) -> (start: Int, weights: [Float]) {
    let below = place.rounded(.down)
    let first = max(Int(below), 0)
    let last = min(Int(place.rounded(.up)), count - 1)
    guard last > first else { return (min(first, count - 1), [1]) }
    return (first, [1 - (place - below), place - below])
  }

  /// Keys' cubic. TensorFlow looks weights up in a table of 1,024 steps between two pixels.
  private static func cubic(_ place: Float, within count: Int) -> (start: Int, weights: [Float]) {
    let below = place.rounded(.down)
    let offset = ((place - below) * 1024).rounded(.toNearestOrEven) / 1024
    let distances = [1 + offset, offset, 1 - offset, 2 - offset]
    let places = (0..<4).map { Int(below) - 1 + $0 }
    return normalized(
      zip(places, distances).filter { (0..<count).contains($0.0) }.map {
        ($0, keys(abs($1)))
      })
  }

  /// By a kernel around the place, wider where the image shrinks and is smoothed.
  private func kernelTaps(_ center: Float, scale: Float, within count: Int)
    -> (start: Int, weights: [Float])
  {
    let reach = radius * scale
    let first = min(max(Int((center - reach - 0.5).rounded(.up)), 0), count - 1)
    let last = min(max(Int((center + reach - 0.5).rounded(.down)), first), count - 1)
    return Self.normalized(
      (first...last).map { ($0, weight(abs(Float($0) + 0.5 - center) / scale)) })
  }

  private static func normalized(_ taps: [(place: Int, weight: Float)])
    -> (start: Int, weights: [Float])
  {
    let sum = taps.reduce(0) { $0 + $1.weight }
    guard abs(sum) > 1e-30 else { return (taps[0].place, taps.map(\.weight)) }
    return (taps[0].place, taps.map { $0.weight / sum })
  }

  private var radius: Float {
    switch self {
    case .nearest, .bilinear: 1
    case .bicubic, .mitchellcubic: 2
    case .lanczos3: 3
    case .lanczos5: 5
    case .gaussian: 1.5
    }
  }

  private func weight(_ x: Float) -> Float {
    guard x < radius else { return 0 }
    switch self {
    case .nearest, .bilinear: return 1 - x
    case .bicubic: return Self.keys(x)
    case .mitchellcubic:
      return x < 1
        ? (7 / 6 * x - 2) * x * x + 8 / 9 : ((-7 / 18 * x + 2) * x - 10 / 3) * x + 16 / 9
    case .lanczos3, .lanczos5:
      guard x > 1e-3 else { return 1 }
      let angle = Float.pi * x
      return radius * sin(angle) * sin(angle / radius) / (angle * angle)
    case .gaussian: return exp(-x * x / 0.5)
    }
  }

  private static func keys(_ x: Float) -> Float {
    guard x < 2 else { return 0 }
    return x < 1 ? (1.5 * x - 2.5) * x * x + 1 : ((-0.5 * x + 2.5) * x - 4) * x + 2
  }
}
