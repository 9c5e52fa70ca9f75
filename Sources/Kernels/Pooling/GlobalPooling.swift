/// Pooling over all positions: `[batch, positions, channels]` to `[batch, channels]`.
package enum GlobalPooling {
  /// Channels of a tile: a few cache lines of each position.
  private static let tileChannels = 64

  /// Calls `body(image, channels)` for tiles of images and of channels.
  @inline(__always)
  private static func forEachTile(
    batch: Int, channels: Int, pool: WorkerPool, _ body: (Int, Range<Int>) -> Void
  ) {
    let parts = (channels + tileChannels - 1) / tileChannels
    pool.parallelFor(batch * parts) { tile, _ in
      let start = tile % parts * tileChannels
      body(tile / parts, start..<min(start + tileChannels, channels))
    }
  }

  package static func average(
    batch: Int, positions: Int, channels: Int, input: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    let share = 1 / Float(max(positions, 1))
    nonisolated(unsafe) let output = output  // Disjoint: a tile writes its channels of its image.
    forEachTile(batch: batch, channels: channels, pool: pool) { image, part in
      let source = input + image * positions * channels + part.lowerBound
      let target = output + image * channels + part.lowerBound
      forEachChannelVector(part.count) { c, count in
        // Sums of sums: rounding grows with the length of the longest.
        var total = Vector.zero
        for block in stride(from: 0, to: positions, by: 64) {
          var sum = Vector.zero
          for p in block..<min(block + 64, positions) {
            sum += (source + p * channels).channels(c, count)
          }
          total += sum
        }
        target.storeChannels(total * share, c, count)
      }
    }
  }

  /// Overwrites `inputGradient`.
  package static func averageGradient(
    batch: Int, positions: Int, channels: Int, outputGradient: UnsafePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    let share = 1 / Float(max(positions, 1))
    nonisolated(unsafe) let target = inputGradient  // Disjoint, as above.
    forEachTile(batch: batch, channels: channels, pool: pool) { image, part in
      let source = outputGradient + image * channels + part.lowerBound
      let pixels = target + image * positions * channels + part.lowerBound
      forEachChannelVector(part.count) { c, count in
        let gradient = source.channels(c, count) * share
        for p in 0..<positions { (pixels + p * channels).storeChannels(gradient, c, count) }
      }
    }
  }

  /// - Parameter saved: `batch · channels` floats of memory for `maximumGradient`, or `nil`.
  package static func maximum(
    batch: Int, positions: Int, channels: Int, input: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>, saved: UnsafeMutablePointer<Float>?, pool: WorkerPool
  ) {
    let places = saved.map { UnsafeMutableRawPointer($0).assumingMemoryBound(to: Int32.self) }
    nonisolated(unsafe) let (output, shared) = (output, places)  // Disjoint, as above.
    forEachTile(batch: batch, channels: channels, pool: pool) { image, part in
      let source = input + image * positions * channels
      for c in part {
        var best = source[c]
        var place = 0
        for p in 1..<max(positions, 1) where source[p * channels + c] > best {
          best = source[p * channels + c]
          place = p
        }
        output[image * channels + c] = best
        shared?[image * channels + c] = Int32(place)
      }
    }
  }

  /// Overwrites `inputGradient`.
  package static func maximumGradient(
    batch: Int, positions: Int, channels: Int, outputGradient: UnsafePointer<Float>,
    saved: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    let places = UnsafeRawPointer(saved).assumingMemoryBound(to: Int32.self)
    nonisolated(unsafe) let target = inputGradient  // Disjoint, as above.
    forEachTile(batch: batch, channels: channels, pool: pool) { image, part in
      let pixels = target + image * positions * channels
      for p in 0..<positions { zeroRun(pixels + p * channels + part.lowerBound, part.count) }
      for c in part {
        let place = Int(places[image * channels + c])
        pixels[place * channels + c] = outputGradient[image * channels + c]
      }
    }
  }
}
