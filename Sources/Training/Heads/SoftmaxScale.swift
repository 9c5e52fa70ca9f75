import Glibc

/// Finds by what a regression's values are multiplied so that their softmax gives the probabilities that
/// the labels bear out: where the mean loss is least. Scaling changes no answer, only how sure it is
/// (Guo et al., "On calibration of modern neural networks", ICML 2017).
struct SoftmaxScale {
  /// Most values that are looked at: rows beyond them are left out evenly.
  private static let valueLimit = 1 << 21
  /// Beyond it nothing is ever in doubt.
  private static let largest = 256.0

  private let classes: Int
  private let rowStride: Int
  private var values: [Float] = []
  private var places: [Int] = []

  /// - Parameter rows: that will come.
  init(rows: Int, classes: Int) {
    self.classes = classes
    rowStride = max(1, (rows * classes + Self.valueLimit - 1) / Self.valueLimit)
  }

  /// Whether a row is to be added.
  func wants(_ row: Int) -> Bool { row % rowStride == 0 }

  /// - Parameters:
  ///   - prediction: a value for each class.
  ///   - place: the right one.
  mutating func add(_ prediction: [Double], class place: Int) {
    for value in prediction { values.append(Float(value)) }
    places.append(place)
  }

  /// Mean loss at a scale, and its slope. It is convex.
  func loss(at scale: Double) -> (value: Double, slope: Double) {
    var value = 0.0
    var slope = 0.0
    for (row, place) in places.enumerated() {
      let start = row * classes
      var top = -Double.infinity
      for k in 0..<classes { top = max(top, Double(values[start + k])) }
      var sum = 0.0
      var weighted = 0.0
      for k in 0..<classes {
        let x = Double(values[start + k])
        let part = exp(scale * (x - top))
        sum += part
        weighted += part * x
      }
      let right = Double(values[start + place])
      value += log(sum) - scale * (right - top)
      slope += weighted / sum - right
    }
    let count = Double(max(places.count, 1))
    return (value / count, slope / count)
  }

  /// The scale of the least loss, 0 where the values are worse than none.
  var best: Double {
    if loss(at: 0).slope >= 0 { return 0 }
    if loss(at: Self.largest).slope <= 0 { return Self.largest }
    var (low, high) = (0.0, Self.largest)
    for _ in 0..<40 {
      let middle = (low + high) / 2
      if loss(at: middle).slope < 0 { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
