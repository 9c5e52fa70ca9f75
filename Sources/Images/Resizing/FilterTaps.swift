/// Which source pixels an output pixel is made of along one axis, and with what weights: the
/// antialiased filters of Pillow (`Resample.c`), to its last bit.
///
/// Weights are whole numbers of 22 bits after the point.
struct FilterTaps {
  static let precisionBits = 22
  static let half = Int32(1) << Int32(precisionBits - 1)

  /// Of each output pixel: the first source pixel, and how many there are.
  let starts: [Int]
  let counts: [Int]
  /// Of output pixel i from `i · width`.
  let weights: [Int32]
  /// Most weights an output pixel has.
  let width: Int

  /// - Parameters:
  ///   - source: pixels there are.
  ///   - target: pixels to make of them.
  ///   - window: those of the target that are wanted.
  init(source: Int, target: Int, window: Range<Int>, _ interpolation: Interpolation) {
    let scale = Double(source) / Double(target)
    let stretch = max(scale, 1)
    let support = interpolation.support * stretch
    width = Int(support.rounded(.up)) * 2 + 1
    var starts: [Int] = []
    var counts: [Int] = []
    var weights = [Int32](repeating: 0, count: window.count * width)
    var real = [Double](repeating: 0, count: width)
    let inverse = 1 / stretch
    for (place, output) in window.enumerated() {
      let center = (Double(output) + 0.5) * scale
      let start = max(0, Int(center - support + 0.5))
      let count = min(source, Int(center + support + 0.5)) - start
      var sum = 0.0
      for tap in 0..<count {
        real[tap] = interpolation.weight((Double(tap + start) - center + 0.5) * inverse)
        sum += real[tap]
      }
      for tap in 0..<count {
        let weight = (sum != 0 ? real[tap] / sum : real[tap]) * Double(1 << Self.precisionBits)
        weights[place * width + tap] = Int32(weight < 0 ? weight - 0.5 : weight + 0.5)
      }
      starts.append(start)
      counts.append(count)
    }
    self.starts = starts
    self.counts = counts
    self.weights = weights
  }

  /// The source pixels that any output pixel reads.
  var sourceRange: Range<Int> {
    starts[0]..<(starts[starts.count - 1] + counts[counts.count - 1])
  }
}
