/// Mean and sum of squared differences of parts of `[rows, channels]`, to be put together in the
/// order of the parts: the statistics of batch normalisation.
///
/// A part's sums are taken around its own first row, which keeps them exact where the mean is far
/// larger than the deviation.
struct ChannelStatistics {
  /// Parts × 2 × channels: a part's means, then its sums of squared differences.
  let memory: UnsafeMutablePointer<Float>
  let channels: Int

  static func count(parts: Int, channels: Int) -> Int { parts * 2 * channels }

  func means(of part: Int) -> UnsafeMutablePointer<Float> { memory + part * 2 * channels }
  func squares(of part: Int) -> UnsafeMutablePointer<Float> { means(of: part) + channels }

  /// The same for some channels of rows that are `stride` apart, without scratch.
  ///
  /// - Parameter input: the first of the channels in the part's first row.
  func gather(
    part: Int, rows: Int, channels range: Range<Int>, input: UnsafePointer<Float>, stride: Int
  ) {
    forEachChannelVector(range.count) { c, count in
      var sums = Sums(shift: input.channels(c, count))
      var row = input
      for _ in 0..<rows {
        sums.add(row.channels(c, count))
        row += stride
      }
      store(sums, part: part, rows: rows, channel: range.lowerBound &+ c, count)
    }
  }

  /// Sums of some channels' differences from a shift, and of their squares.
  struct Sums {
    private(set) var shift: Vector
    private(set) var sum = Vector.zero
    private(set) var square = Vector.zero

    @inline(__always)
    init(shift: Vector) { self.shift = shift }

    @inline(__always)
    mutating func add(_ x: Vector) {
      let d = x - shift
      sum += d
      square.addProduct(d, d)
    }
  }

  /// Leaves what a part's sums come to for `count` channels from `channel` on.
  @inline(__always)
  func store(_ sums: Sums, part: Int, rows: Int, channel: Int, _ count: Int) {
    let share = 1 / Float(rows)
    let squares = (sums.square - sums.sum * sums.sum * share).atLeast(.zero)
    self.squares(of: part).storeChannels(squares, channel, count)
    means(of: part).storeChannels(sums.shift + sums.sum * share, channel, count)
  }

  /// Floats of scratch that `gather` needs.
  static func scratchCount(_ pattern: ChannelPattern) -> Int { 3 * pattern.period }

  /// Gathers one part: rows that lie one after the other.
  func gather(
    part: Int, rows: Int, pattern: ChannelPattern, input: UnsafePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) {
    let shift = scratch
    let sums = scratch + pattern.period
    let squares = scratch + 2 * pattern.period
    pattern.expand(input, into: shift)
    sums.update(repeating: 0, count: 2 * pattern.period)
    @inline(__always)
    func step(_ i: Int, _ p: Int, _ count: Int) {
      var d: Vector
      if count == lanes {
        d = input.vector(i) - shift.vector(p)
      } else {
        // Beyond the end: shift − shift = 0.
        d = input.vector(i, count: count) - shift.vector(p, count: count)
      }
      sums.store(sums.vector(p) + d, p)
      squares.store(squares.vector(p).addingProduct(d, d), p)
    }
    pattern.forEach(0..<rows * channels, step)
    let means = means(of: part)
    let differences = self.squares(of: part)
    pattern.fold(sums, into: means)
    pattern.fold(squares, into: differences)
    let share = 1 / Float(rows)
    mapVectors(0..<channels, differences, means, differences) { square, sum in
      (square - sum * sum * share).atLeast(.zero)
    }
    mapVectors(0..<channels, shift, means, means) { shift, sum in shift + sum * share }
  }

  /// Mean and biased variance over all parts.
  ///
  /// - Parameter rows: how many rows each part has.
  func combine(
    rows: [Int], mean: UnsafeMutablePointer<Float>, variance: UnsafeMutablePointer<Float>,
    pool: WorkerPool
  ) {
    let total = Float(rows.reduce(0, +))
    let width = 64
    // Disjoint: a tile writes its own channels.
    nonisolated(unsafe) let (mean, variance) = (mean, variance)
    pool.parallelFor((channels + width - 1) / width) { tile, _ in
      var c = tile * width
      let end = min(c + width, channels)
      while c < end {
        let count = min(lanes, end - c)
        var sum = Vector.zero
        for (part, rows) in rows.enumerated() {
          sum.addProduct(means(of: part).channels(c, count), Vector(repeating: Float(rows)))
        }
        let center = sum / total
        var squares = Vector.zero
        for (part, rows) in rows.enumerated() {
          let d = means(of: part).channels(c, count) - center
          squares += self.squares(of: part).channels(c, count)
          squares.addProduct(d * d, Vector(repeating: Float(rows)))
        }
        mean.store(center, c, count: count)
        variance.store(squares / total, c, count: count)
        c += count
      }
    }
  }
}
