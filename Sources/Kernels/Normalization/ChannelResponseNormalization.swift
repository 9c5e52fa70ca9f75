/// Local response normalisation across channels: a value of channel c is divided by what the channels
/// from c − before to c + after have at the same position. `[rows, channels]`.
package struct ChannelResponseNormalization {
  package let rows: Int
  package let channels: Int
  package let before: Int
  package let after: Int
  package let divisor: ResponseDivisor
  private let pool: WorkerPool

  package init(
    rows: Int, channels: Int, before: Int, after: Int, divisor: ResponseDivisor, pool: WorkerPool
  ) {
    precondition(before >= 0 && after >= 0, "a window of −\(before)…\(after)")
    self.rows = rows
    self.channels = channels
    // No channel sees more than all the others.
    self.before = min(before, channels - 1)
    self.after = min(after, channels - 1)
    self.divisor = divisor
    self.pool = pool
  }

  package func forward(input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>) {
    nonisolated(unsafe) let output = output  // Disjoint: a tile writes its rows.
    forEachBand(scratch: padded) { rows, scratch in
      clearMargins(scratch, before, after)
      for row in rows {
        let x = input + row * channels
        square(x, into: scratch + before)
        forEachVector { c, count in
          let base = divisor.base(windowSum(scratch, c))
          output.storeChannels(
            x.channels(c, count) * divisor.factor(base), row * channels + c, count)
        }
      }
    }
  }

  /// Overwrites `inputGradient`, which is no other's memory.
  package func backward(
    input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>
  ) {
    nonisolated(unsafe) let target = inputGradient  // Disjoint: a tile writes its rows.
    let slope = -2 * divisor.scale * divisor.beta
    forEachBand(scratch: 2 * padded) { rows, squares in
      let terms = squares + padded
      clearMargins(squares, before, after)
      // A value is in the windows from −after to before.
      clearMargins(terms, after, before)
      for row in rows {
        let x = input + row * channels
        let g = outputGradient + row * channels
        square(x, into: squares + before)
        forEachVector { c, count in
          let base = divisor.base(windowSum(squares, c))
          let own = g.channels(c, count) * divisor.factor(base)
          target.storeChannels(own, row * channels + c, count)
          terms.storeChannels(own * x.channels(c, count) / base, after + c, count)
        }
        forEachVector { c, count in
          let place = row * channels + c
          let others = windowSum(terms, c) * x.channels(c, count)
          let sum = others.times(Vector(repeating: slope), plus: target.channels(place, count))
          target.storeChannels(sum, place, count)
        }
      }
    }
  }

  /// A row with the margins of a window, and a vector to read beyond them.
  private var padded: Int { channels + before + after + lanes }

  private func forEachBand(
    scratch: Int, _ body: (Range<Int>, UnsafeMutablePointer<Float>) -> Void
  ) {
    let band = max(1, 16_384 / channels)
    pool.reserveScratch(scratch)
    pool.parallelFor((rows + band - 1) / band) { tile, worker in
      body(tile * band..<min((tile + 1) * band, rows), pool.scratch(of: worker))
    }
  }

  @inline(__always)
  private func forEachVector(_ body: (_ c: Int, _ count: Int) -> Void) {
    for c in stride(from: 0, to: channels, by: lanes) { body(c, min(lanes, channels - c)) }
  }

  private func clearMargins(_ row: UnsafeMutablePointer<Float>, _ first: Int, _ last: Int) {
    zeroRun(row, first)
    zeroRun(row + first + channels, last + lanes)
  }

  @inline(__always)
  private func square(_ x: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) {
    mapVectors(0..<channels, x, target) { $0 * $0 }
  }

  /// Of each of sixteen channels the sum over its window; `row` has its margins in front.
  @inline(__always)
  private func windowSum(_ row: UnsafeMutablePointer<Float>, _ c: Int) -> Vector {
    var sum = row.vector(c)
    for offset in 1..<max(before &+ after &+ 1, 1) { sum += row.vector(c &+ offset) }
    return sum
  }
}
