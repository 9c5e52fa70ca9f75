/// Stretches each channel of each image, `[batch, positions, channels]`, so that its smallest value
/// becomes `lower` and its largest `upper`. A channel of one value stays as it is.
package struct ContrastStretching: Sendable {
  package let batch: Int
  package let positions: Int
  package let channels: Int
  package let lower: Float
  package let upper: Float

  package init(batch: Int, positions: Int, channels: Int, lower: Float, upper: Float) {
    self.batch = batch
    self.positions = positions
    self.channels = channels
    self.lower = lower
    self.upper = upper
  }

  package func forward(
    input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    nonisolated(unsafe) let output = output  // Disjoint: a tile is an image's channel.
    pool.parallelFor(batch * channels) { tile, _ in
      let first = tile / channels * positions * channels + tile % channels
      let (lowest, highest) = extremes(input + first)
      let factor = (upper - lower) / (highest - lowest)
      for p in 0..<positions {
        let place = first + p * channels
        output[place] =
          highest > lowest ? (input[place] - lowest) * factor + lower : input[place]
      }
    }
  }

  /// Values that are the smallest or largest share what it costs to move that.
  package func backward(
    input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    nonisolated(unsafe) let target = inputGradient  // Disjoint: a tile is an image's channel.
    pool.parallelFor(batch * channels) { tile, _ in
      let first = tile / channels * positions * channels + tile % channels
      let (lowest, highest) = extremes(input + first)
      let width = highest - lowest
      guard width > 0 else {
        for p in 0..<positions {
          target[first + p * channels] = outputGradient[first + p * channels]
        }
        return
      }
      let factor = (upper - lower) / width
      var (ofLowest, ofHighest) = (Float(0), Float(0))
      var (lowestCount, highestCount) = (Float(0), Float(0))
      for p in 0..<positions {
        let (x, g) = (input[first + p * channels], outputGradient[first + p * channels])
        ofLowest += g * factor * (x - highest) / width
        ofHighest -= g * factor * (x - lowest) / width
        if x == lowest { lowestCount += 1 }
        if x == highest { highestCount += 1 }
      }
      for p in 0..<positions {
        let place = first + p * channels
        var gradient = outputGradient[place] * factor
        if input[place] == lowest { gradient += ofLowest / lowestCount }
        if input[place] == highest { gradient += ofHighest / highestCount }
        target[place] = gradient
      }
    }
  }

  private func extremes(_ values: UnsafePointer<Float>) -> (Float, Float) {
    var (lowest, highest) = (values[0], values[0])
    for p in 1..<max(positions, 1) {
      lowest = min(lowest, values[p * channels])
      highest = max(highest, values[p * channels])
    }
    return (lowest, highest)
  }
}
