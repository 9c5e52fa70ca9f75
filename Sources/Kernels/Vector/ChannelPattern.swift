/// A row of channels, repeated until it fills whole vectors: with 24 channels two rows are three
/// vectors. Loops over `[rows, channels]` then go through memory sixteen values at a time whatever
/// the number of channels.
struct ChannelPattern {
  let channels: Int
  /// Rows in a period.
  let repeats: Int
  /// Values in a period: a multiple of sixteen and of the channels.
  let period: Int

  init(channels: Int) {
    self.channels = channels
    repeats = lanes >> min(channels.trailingZeroBitCount, 4)
    period = repeats * channels
  }

  /// Writes one value a channel, repeated over the period.
  func expand(_ values: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) {
    for i in 0..<repeats { (target + i * channels).update(from: values, count: channels) }
  }

  /// Adds up the repeats: one value a channel.
  func fold(_ values: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) {
    for c in 0..<channels {
      var sum = values[c]
      for i in 1..<max(repeats, 1) { sum += values[i * channels + c] }
      target[c] = sum
    }
  }

  /// Calls `body(index, index in the pattern, values)` for each vector of a range that begins where
  /// a period does. `values` is sixteen but for the last one.
  @_transparent
  func forEach(_ range: Range<Int>, _ body: (_ i: Int, _ p: Int, _ count: Int) -> Void) {
    var base = range.lowerBound
    while base < range.upperBound {
      let size = min(period, range.upperBound &- base)
      var p = 0
      while p &+ lanes <= size {
        body(base &+ p, p, lanes)
        p &+= lanes
      }
      if p < size { body(base &+ p, p, size &- p) }
      base &+= period
    }
  }
}

/// Cuts `[rows, channels]` into tiles of whole periods.
struct RowTiles {
  let pattern: ChannelPattern
  let rows: Int
  let rowsPerTile: Int
  let count: Int

  /// - Parameter values: values that a tile should have.
  init(rows: Int, channels: Int, values: Int = 32_768) {
    pattern = ChannelPattern(channels: channels)
    self.rows = rows
    rowsPerTile = max(1, values / pattern.period) * pattern.repeats
    count = (rows + rowsPerTile - 1) / rowsPerTile
  }

  func rows(of tile: Int) -> Range<Int> {
    tile * rowsPerTile..<min((tile + 1) * rowsPerTile, rows)
  }

  func values(of tile: Int) -> Range<Int> {
    let rows = rows(of: tile)
    return rows.lowerBound * pattern.channels..<rows.upperBound * pattern.channels
  }
}
