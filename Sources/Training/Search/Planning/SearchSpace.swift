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
  private static let each = 16
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
    let sobol = SobolSequence(dimensions: dimensions.count, seed: seed)
    return points((0..<min(sobolCount, limit ?? .max)).map { sobol[$0] }, factor: 1)
  }

  /// Points that fill the space: a power of two, after which every part of an axis has as many.
  private var sobolCount: Int {
    var count = 1
    while count < Self.each * dimensions.count { count *= 2 }
    return count
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

  /// Three points a value around a point: a grid where that is small, else each value by itself. Choices
  /// stay. Where the learning rate is one of the values, it goes from a third to three times its own; else
  /// all points have a share of it.
  ///
  /// - Parameters:
  ///   - rateShare: what the rate is multiplied by, against `center`, where it is not searched.
  ///   - round: from 2; the distance to the neighbours halves with each.
  func around(_ center: SearchPoint, rateShare: Double, round: Int) -> [SearchPoint] {
    let hasRate = dimensions.contains { $0.variable == .learningRate }
    // The center's own values stay what they are, to the bit: what was tried is not tried again.
    let choices = zip(dimensions, center.values).map { dimension, value -> [SearchValue] in
      guard dimension.isOrdered, let place = dimension.place(of: value) else { return [value] }
      let step = distance(along: dimension, round: round)
      return [dimension.value(at: place - step), value, dimension.value(at: place + step)]
    }
    let factor = hasRate ? center.rateFactor : center.rateFactor * rateShare
    let size = choices.reduce(1) { $0 * $1.count }
    guard size > Self.largestGrid else { return points(of: Self.product(choices), factor: factor) }
    var star = [center.values]
    for (index, values) in choices.enumerated() where values.count > 1 {
      for value in [values[0], values[2]] {
        var point = center.values
        point[index] = value
        star.append(point)
      }
    }
    return points(of: star, factor: factor)
  }

  /// From a point to its neighbours in a round from 2 on.
  private func distance(along dimension: SearchDimension, round: Int) -> Double {
    var first = firstDistance
    if dimension.variable == .learningRate,
      case .logarithmic(let lower, let upper) = dimension.scale
    {
      first = log(3) / log(upper / lower)
    }
    let distance = first / pow(2, Double(round - 2))
    // A whole number has no neighbour nearer than the next.
    return dimension.count.map { max(distance, 1 / Double(max(1, $0 - 1))) } ?? distance
  }

  /// Half of what lies between neighbours over the whole range.
  private var firstDistance: Double {
    switch dimensions.count {
    case 1: 0.5 / Double(Self.single - 1)
    case 2: 0.5 / Double(Self.double - 1)
    default: 0.5 * pow(Double(sobolCount), -1 / Double(dimensions.count))
    }
  }

  /// The points of places, each once, in their order.
  private func points(_ places: [[Double]], factor: Double) -> [SearchPoint] {
    points(
      of: places.map { place in zip(dimensions, place).map { $0.value(at: $1) } }, factor: factor)
  }

  private func points(of values: [[SearchValue]], factor: Double) -> [SearchPoint] {
    var seen: Set<SearchPoint> = []
    return values.map { SearchPoint($0, rateFactor: factor) }.filter { seen.insert($0).inserted }
  }

  private static func product<Value>(_ axes: [[Value]]) -> [[Value]] {
    axes.reduce([[]]) { points, axis in points.flatMap { point in axis.map { point + [$0] } } }
  }
}
