import EngineInterface
import Foundation

/// What points of a search can be compared by: the loss after as many epochs as enough of them have had,
/// since one that was stopped early could not become any better.
struct SearchComparison: Sendable, Equatable {
  struct Entry: Sendable, Equatable {
    /// The trial with the first seed.
    let trial: Int
    let point: SearchPoint
    /// Of the lowest loss so far, over the seeds.
    let mean: Double
    /// Of that mean; 0 where there is but one.
    let error: Double
  }

  /// Points below which a comparison says little.
  private static let fewest = 5

  let epochs: Int
  let entries: [Entry]

  init(_ search: SearchSnapshot) {
    let able = search.trials.filter { $0.state != .failed && $0.epochs > 0 }
    let rungs = Set(able.map(\.epochs)).sorted(by: >)
    let epochs =
      rungs.first { rung in
        Set(able.filter { $0.epochs >= rung }.map(\.point)).count >= Self.fewest
      } ?? rungs.last ?? 1
    self.epochs = epochs
    var scores: [SearchPoint: [Double]] = [:]
    var first: [SearchPoint: Int] = [:]
    var order: [SearchPoint] = []
    for trial in able where trial.epochs >= epochs {
      guard let score = trial.losses.prefix(epochs).filter(\.isFinite).min() else { continue }
      if scores[trial.point] == nil {
        order.append(trial.point)
        first[trial.point] = trial.id
      }
      scores[trial.point, default: []].append(score)
    }
    entries = order.map { point in
      let result = SearchResult(trial: first[point] ?? 0, scores: scores[point] ?? [])
      return Entry(
        trial: result.trial, point: point, mean: result.mean, error: result.standardError)
    }
  }

  /// From 0, the best, to 1, on a logarithmic scale: differences between good points matter more than
  /// those between bad ones.
  func share(of value: Double) -> Double {
    let all = entries.map(\.mean).filter { $0 > 0 }
    guard value > 0, let low = all.min(), let high = all.max(), high > low else { return 0 }
    return (log(value) - log(low)) / (log(high) - log(low))
  }

  /// A parabola through the logarithms of the losses over places of one value; `nil` where there are too few
  /// points for one. Returns losses.
  static func curve(
    through points: [(place: Double, value: Double)]
  ) -> (@Sendable (Double) -> Double)? {
    let points = points.filter { $0.value > 0 && $0.value.isFinite && $0.place.isFinite }
    guard points.count >= 4, Set(points.map(\.place)).count >= 3 else { return nil }
    // Normal equations of c₀ + c₁x + c₂x².
    var matrix = [[Double]](repeating: [Double](repeating: 0, count: 4), count: 3)
    for point in points {
      let powers = [1, point.place, point.place * point.place]
      for row in 0..<3 {
        for column in 0..<3 { matrix[row][column] += powers[row] * powers[column] }
        matrix[row][3] += powers[row] * log(point.value)
      }
    }
    for pivot in 0..<3 {
      guard let best = (pivot..<3).max(by: { abs(matrix[$0][pivot]) < abs(matrix[$1][pivot]) }),
        abs(matrix[best][pivot]) > 1e-9
      else { return nil }
      matrix.swapAt(pivot, best)
      for row in 0..<3 where row != pivot {
        let factor = matrix[row][pivot] / matrix[pivot][pivot]
        for column in pivot..<4 { matrix[row][column] -= factor * matrix[pivot][column] }
      }
    }
    let c = (0..<3).map { matrix[$0][3] / matrix[$0][$0] }
    guard c.allSatisfy(\.isFinite) else { return nil }
    return { x in exp(c[0] + c[1] * x + c[2] * x * x) }
  }
}
