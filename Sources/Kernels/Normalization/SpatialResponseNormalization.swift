/// Local response normalisation within a channel, Caffe's other kind: a value is divided by what its
/// channel has in a square around it. Beyond the image there are zeros.
/// `[batch, height, width, channels]`.
package struct SpatialResponseNormalization {
  package let batch: Int
  package let height: Int
  package let width: Int
  package let channels: Int
  /// Of the square's side, an odd number.
  package let size: Int
  package let divisor: ResponseDivisor
  private let pool: WorkerPool

  package init(
    batch: Int, height: Int, width: Int, channels: Int, size: Int, divisor: ResponseDivisor,
    pool: WorkerPool
  ) {
    precondition(size > 0 && size % 2 == 1, "a square of \(size)")
    self.batch = batch
    self.height = height
    self.width = width
    self.channels = channels
    self.size = size
    self.divisor = divisor
    self.pool = pool
  }

  /// Floats of memory that `backward` fills and reads again: one a value.
  package var savedCount: Int { batch * height * width * channels }

  package func forward(input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>) {
    nonisolated(unsafe) let output = output  // Disjoint: a tile writes its row.
    forEachPosition { place, window in
      forEachChannelVector(channels) { c, count in
        let factor = divisor.factor(divisor.base(squares(input, window, c, count)))
        output.storeChannels(input.channels(place + c, count) * factor, place + c, count)
      }
    }
  }

  /// Overwrites `inputGradient`.
  /// - Parameter saved: `savedCount` floats.
  package func backward(
    input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    saved: UnsafeMutablePointer<Float>, inputGradient: UnsafeMutablePointer<Float>
  ) {
    // Disjoint: a tile writes its row of both.
    nonisolated(unsafe) let (terms, target) = (saved, inputGradient)
    forEachPosition { place, window in
      forEachChannelVector(channels) { c, count in
        let base = divisor.base(squares(input, window, c, count))
        let own = outputGradient.channels(place + c, count) * divisor.factor(base)
        target.storeChannels(own, place + c, count)
        terms.storeChannels(own * input.channels(place + c, count) / base, place + c, count)
      }
    }
    let slope = Vector(repeating: -2 * divisor.scale * divisor.beta)
    // A value is in the windows of the positions in its own window. Whole vectors that overlap would
    // add twice: channels go by steps here.
    forEachPosition { place, window in
      for c in stride(from: 0, to: channels, by: lanes) {
        let count = min(lanes, channels - c)
        var sum = Vector.zero
        for y in window.rows {
          for x in window.columns {
            sum += terms.channels(window.image + (y * width + x) * channels + c, count)
          }
        }
        let others = sum * input.channels(place + c, count)
        target.storeChannels(
          others.times(slope, plus: target.channels(place + c, count)), place + c, count)
      }
    }
  }

  private struct Place {
    let image: Int
    let rows: Range<Int>
    let columns: Range<Int>
  }

  /// Calls `body(place of the first channel, window)` for every position, a row a tile.
  @inline(__always)
  private func forEachPosition(_ body: (Int, Place) -> Void) {
    let reach = size / 2
    pool.parallelFor(batch * height) { tile, _ in
      let y = tile % height
      let rows = max(y - reach, 0)..<min(y + reach + 1, height)
      for x in 0..<width {
        let columns = max(x - reach, 0)..<min(x + reach + 1, width)
        body(
          (tile * width + x) * channels,
          Place(image: (tile - y) * width * channels, rows: rows, columns: columns))
      }
    }
  }

  @inline(__always)
  private func squares(
    _ input: UnsafePointer<Float>, _ window: Place, _ c: Int, _ count: Int
  ) -> Vector {
    var sum = Vector.zero
    for y in window.rows {
      for x in window.columns {
        let value = input.channels(window.image + (y * width + x) * channels + c, count)
        sum.addProduct(value, value)
      }
    }
    return sum
  }
}
