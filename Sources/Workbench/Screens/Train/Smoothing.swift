/// The weights of the past that the smoothed lines can have.
enum Smoothing {
  static let stops: [Double] = [0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.98]

  static func stepped(from weight: Double, direction: Int) -> Double {
    direction > 0
      ? stops.first { $0 > weight + 1e-9 } ?? weight
      : stops.last { $0 < weight - 1e-9 } ?? weight
  }
}
