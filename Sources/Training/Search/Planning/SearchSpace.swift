import EngineInterface
import Foundation
import Kernels

/// The points that a search's rounds try.
struct SearchSpace {
  let dimensions: [SearchDimension]
  let seed: UInt64

  /// Points over one value's range; of a grid of two, a value.
  private static let single = 7
  private static let double = 5
  /// A value, of the points that fill a space of three or more.
  private static let each = 8
  /// Of a grid of three points a value around the best.
  private static let largestGrid = 27

  /// Points over the whole of each range: a grid of one or two values, a scrambled Sobol sequence above.
  /// - Parameter limit: no more than these; fewer than a grid's fill the space as well as so many can.
  func wholeRange(limit: Int? = nil) -> [SearchPoint] {
    let grid: [[Double]]? =
      switch dimensions.count {
      case 1: Self.product([axis(dimensions[0], Self.single)])
      case 2: Self.product(dimensions.map { axis($0, Self.double) })
      default: nil
      }
    if let grid, limit.map({ grid.count <= $0 }) ?? true { return points(grid, factor: 1) }
    let wanted = Self.each * dimensions.count
    var count = 1
    while count < wanted { count *= 2 }
    let sobol = SobolSequence(dimensions: dimensions.count, seed: seed)
    return points((0..<min(count, limit ?? count)).map { sobol[$0] }, factor: 1)
  }

  /// Places along one axis: all of a variable that has few values.
  private func axis(_ dimension: SearchDimension, _ wanted: Int) -> [Double] {
    if let count = dimension.count, count <= wanted {
      return dimension.isOrdered
        ? (0..<count).map { count == 1 ? 0 : Double($0) / Double(count - 1) }
        : (0..<count).map { (Double($0) + 0.5) / Double(count) }
    }
    guard dimension.isOrdered else {
      return (0..<(dimension.count ?? wanted)).map {
        (Double($0) + 0.5) / Double(dimension.count ?? wanted)
      }
    }
    return (0..<wanted).map { Double($0) / Double(wanted - 1) }
  }

  /// Three points a value around a point, at a share of its learning rate: a grid where that is small, else
  /// each value by itself. Choices stay.
  ///
  /// - Parameters:
  ///   - rateShare: what the rate is multiplied by, against `center`.
  ///   - round: from 2; the distance to the neighbours halves with each.
  func around(_ center: SearchPoint, rateShare: Double, round: Int) -> [SearchPoint] {
    let hasRate = dimensions.contains { $0.variable == .learningRate }
    let places = zip(dimensions, center.values).map { dimension, value -> Double in
      guard dimension.variable == .learningRate, let rate = value.number else {
        return dimension.place(of: value) ?? 0.5
      }
      return min(1, max(0, dimension.place(of: .number(rate * rateShare)) ?? 0.5))
    }
    let distance = firstDistance / pow(2, Double(round - 2))
    let choices = zip(dimensions, places).map { dimension, place -> [Double] in
      guard dimension.isOrdered else { return [place] }
      // A whole number has no neighbour nearer than the next.
      let step = dimension.count.map { max(distance, 1 / Double(max(1, $0 - 1))) } ?? distance
      return [place - step, place, place + step].map { min(1, max(0, $0)) }
    }
    let factor = hasRate ? center.rateFactor : center.rateFactor * rateShare
    let size = choices.reduce(1) { $0 * $1.count }
    guard size > Self.largestGrid else { return points(Self.product(choices), factor: factor) }
    var star = [places]
    for (index, values) in choices.enumerated() where values.count > 1 {
      for value in [values[0], values[2]] {
        var point = places
        point[index] = value
        star.append(point)
      }
    }
    return points(star, factor: factor)
  }

  /// Half of what lies between neighbours over the whole range.
  private var firstDistance: Double {
    switch dimensions.count {
    case 1: 0.5 / Double(Self.single - 1)
    case 2: 0.5 / Double(Self.double - 1)
    default: 0.125
    }
  }

  /// The points of places, each once, in their order.
  private func points(_ places: [[Double]], factor: Double) -> [SearchPoint] {
    var seen: Set<SearchPoint> = []
    return places.map { place in
      SearchPoint(
        zip(dimensions, place).map { $0.value(at: $1) }, rateFactor: factor)
    }.filter { seen.insert($0).inserted }
  }

  private static func product(_ axes: [[Double]]) -> [[Double]] {
    axes.reduce([[]]) { points, axis in points.flatMap { point in axis.map { point + [$0] } } }
  }
}
