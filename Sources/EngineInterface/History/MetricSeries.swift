/// One metric over steps, at 8 bytes a point, with a min/max pyramid above it, so that a chart
/// costs time proportional to its width and no spike is lost at any zoom.
///
/// A value type in chunks: a snapshot's copy shares everything but the last chunk, of which the
/// next `append` makes a copy of at most 8 KB.
package struct MetricSeries: Sendable {
  /// What a run of points comes to. NaN and infinite values are counted, not mixed in.
  package struct Envelope: Sendable, Equatable {
    package var minimum: Float
    package var maximum: Float
    package var mean: Float
    /// The run's last finite value.
    package var last: Float
    /// Finite points.
    package var count: Int
    /// Points that are NaN or infinite: a chart draws them as what they are.
    package var nonFinite: Int
  }

  package struct Point: Sendable, Codable, Equatable {
    package var step: Int32
    package var value: Float
  }

  /// Full chunks, shared by all copies.
  private var chunks: [Chunk] = []
  /// The points after them: fewer than a chunk.
  private var tail: [Point] = []
  /// Summaries of full groups: level 0 of chunks, each level above of `fanOut` of those below.
  private var levels: [[Summary]] = []

  package init() {}

  package var count: Int { chunks.count * Chunk.pointCount + tail.count }
  package var last: Point? { tail.last ?? chunks.last?.points.last }

  /// The points from index `start` on.
  package func points(from start: Int) -> [Point] { (min(start, count)..<count).map { self[$0] } }

  package subscript(index: Int) -> Point {
    let (chunk, offset) = index.quotientAndRemainder(dividingBy: Chunk.pointCount)
    return chunk < chunks.count ? chunks[chunk].points[offset] : tail[offset]
  }

  /// Adds a point in amortised constant time. Steps do not descend: a smaller one than the last
  /// counts as the last one's.
  package mutating func append(step: Int, value: Float) {
    let step = max(Int32(clamping: step), last?.step ?? .min)
    tail.append(Point(step: step, value: value))
    if tail.count == Chunk.pointCount { seal() }
  }

  /// The same without the points after `step`.
  package func upTo(step: Int) -> MetricSeries {
    var result = MetricSeries()
    for index in 0..<index(after: Double(step)) {
      result.append(step: Int(self[index].step), value: self[index].value)
    }
    return result
  }

  private mutating func seal() {
    let chunk = Chunk(points: tail)
    chunks.append(chunk)
    tail = []
    tail.reserveCapacity(Chunk.pointCount)
    var summary = chunk.summary
    var level = 0
    while true {
      if level == levels.count { levels.append([]) }
      levels[level].append(summary)
      let full = levels[level].count
      guard full % Summary.fanOut == 0 else { return }
      summary = Summary()
      for part in levels[level][(full - Summary.fanOut)...] { summary.add(part) }
      level += 1
    }
  }

  /// What the points in each of `columns` equal slices of the steps `from...to` come to; `nil` for
  /// a slice without points. The last slice has its end, too: there stands the newest point of a run
  /// that is over. Takes time in proportion to columns × log(points).
  package func envelopes(from: Double, to: Double, columns: Int) -> [Envelope?] {
    slices(from: from, to: to, columns: columns).map { slice in
      slice.isEmpty ? nil : summary(of: slice).envelope
    }
  }

  /// The points in each of those slices, by index.
  func slices(from: Double, to: Double, columns: Int) -> [Range<Int>] {
    var result = [Range<Int>](repeating: 0..<0, count: max(columns, 0))
    guard to > from, columns > 0 else { return result }
    /// Where a step lies, in columns; ascends with the step.
    func position(_ step: Int32) -> Double { (Double(step) - from) / (to - from) * Double(columns) }
    var start = firstIndex(from: 0) { position($0) >= 0 }
    for column in 0..<columns {
      let isLast = column == columns - 1
      let end = firstIndex(from: start) {
        isLast ? position($0) > Double(columns) : position($0) >= Double(column + 1)
      }
      result[column] = start..<max(end, start)
      start = end
    }
    return result
  }

  /// How many points stand at `step` or before it.
  func index(after step: Double) -> Int { firstIndex(from: 0) { Double($0) > step } }

  /// The first point from `start` on whose step satisfies the condition, which no later step
  /// fails again; `count` where none does.
  private func firstIndex(from start: Int, where isReached: (Int32) -> Bool) -> Int {
    var low = start
    var high = count
    while low < high {
      let middle = low + (high - low) / 2
      if isReached(self[middle].step) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  private func summary(of range: Range<Int>) -> Summary {
    var result = Summary()
    let full = chunks.count * Chunk.pointCount
    let sealed = range.clamped(to: 0..<full)
    let (first, firstOffset) = sealed.lowerBound.quotientAndRemainder(dividingBy: Chunk.pointCount)
    let (last, lastOffset) = sealed.upperBound.quotientAndRemainder(dividingBy: Chunk.pointCount)
    if sealed.isEmpty {
      // Only in the tail.
    } else if first == last {
      chunks[first].add(firstOffset..<lastOffset, to: &result)
    } else {
      var next = first
      if firstOffset > 0 {
        chunks[first].add(firstOffset..<Chunk.pointCount, to: &result)
        next += 1
      }
      addChunks(next..<last, to: &result)
      if lastOffset > 0 { chunks[last].add(0..<lastOffset, to: &result) }
    }
    let rest = range.clamped(to: full..<max(full, range.upperBound))
    for index in rest { result.add(tail[index - full].value) }
    return result
  }

  /// Climbs to the highest level whose groups fit, and comes down again.
  private func addChunks(_ range: Range<Int>, to result: inout Summary) {
    var position = range.lowerBound
    while position < range.upperBound {
      var level = 0
      var size = 1
      while position % (size * Summary.fanOut) == 0,
        position + size * Summary.fanOut <= range.upperBound
      {
        size *= Summary.fanOut
        level += 1
      }
      result.add(levels[level][position / size])
      position += size
    }
  }
}

/// 1,024 points and what each 32 of them come to.
private final class Chunk: Sendable {
  static let pointCount = 1024
  private static let groupSize = 32

  let points: [MetricSeries.Point]
  let summary: Summary
  private let groups: [Summary]

  init(points: [MetricSeries.Point]) {
    precondition(points.count == Self.pointCount, "\(points.count) points")
    self.points = points
    var groups: [Summary] = []
    var all = Summary()
    for start in stride(from: 0, to: points.count, by: Self.groupSize) {
      var group = Summary()
      for point in points[start..<(start + Self.groupSize)] { group.add(point.value) }
      groups.append(group)
      all.add(group)
    }
    self.groups = groups
    summary = all
  }

  func add(_ range: Range<Int>, to result: inout Summary) {
    var index = range.lowerBound
    while index < range.upperBound {
      if index % Self.groupSize == 0, index + Self.groupSize <= range.upperBound {
        result.add(groups[index / Self.groupSize])
        index += Self.groupSize
      } else {
        result.add(points[index].value)
        index += 1
      }
    }
  }
}

/// An envelope in the making: the sum is kept in place of the mean, in double precision, so that it
/// does not matter in which groups points were added.
private struct Summary: Sendable {
  /// Summaries that one of the level above stands for.
  static let fanOut = 32

  private var minimum = Float.infinity
  private var maximum = -Float.infinity
  private var last = Float.nan
  private var nonFinite: Int32 = 0
  private var count: Int32 = 0
  private var sum = 0.0

  mutating func add(_ value: Float) {
    guard value.isFinite else {
      nonFinite += 1
      return
    }
    minimum = min(minimum, value)
    maximum = max(maximum, value)
    last = value
    count += 1
    sum += Double(value)
  }

  mutating func add(_ later: Summary) {
    nonFinite += later.nonFinite
    guard later.count > 0 else { return }
    minimum = min(minimum, later.minimum)
    maximum = max(maximum, later.maximum)
    last = later.last
    count += later.count
    sum += later.sum
  }

  var envelope: MetricSeries.Envelope {
    MetricSeries.Envelope(
      minimum: minimum, maximum: maximum, mean: count == 0 ? 0 : Float(sum / Double(count)),
      last: last, count: Int(count), nonFinite: Int(nonFinite))
  }
}
