/// Normalises each image's groups of channels by their own mean and variance over all positions, then
/// gamma and beta, one of each for every channel (Wu and He, arXiv:1803.08494). With as many groups as
/// channels it is instance normalisation. `[batch, positions, channels]`.
package struct GroupNormalizationKernel {
  package let batch: Int
  package let positions: Int
  package let channels: Int
  package let groups: Int
  /// Added to the variance.
  package let epsilon: Float
  private let pool: WorkerPool

  /// - Precondition: `groups` divides `channels`.
  package init(
    batch: Int, positions: Int, channels: Int, groups: Int, epsilon: Float, pool: WorkerPool
  ) {
    precondition(channels % groups == 0, "\(groups) groups of \(channels) channels")
    self.batch = batch
    self.positions = positions
    self.channels = channels
    self.groups = groups
    self.epsilon = epsilon
    self.pool = pool
  }

  /// Floats that `forward` leaves for `backward`: of each group mean, and 1 over the deviation.
  package var savedCount: Int { 2 * batch * groups }

  /// - Parameter saved: `savedCount` floats for `backward`; `nil` where there will be none.
  package func forward(
    input: UnsafePointer<Float>, gamma: UnsafePointer<Float>?, beta: UnsafePointer<Float>?,
    output: UnsafeMutablePointer<Float>, saved: UnsafeMutablePointer<Float>?
  ) {
    // Disjoint: a tile writes its channels of its image, and its groups.
    nonisolated(unsafe) let (output, saved) = (output, saved)
    forEachBlock(scratch: 3) { image, block, scratch in
      let x = input + image * positions * channels + block.lowerBound
      let y = output + image * positions * channels + block.lowerBound
      let (mean, factor, sums) = (scratch, scratch + block.count, scratch + 2 * block.count)
      sumColumns(block.count, sums) { place, _, count in x.channels(place, count) }
      spread(block, sums, mean) { Float($0) }
      sumColumns(block.count, sums) { place, c, count in
        let difference = x.channels(place, count) - mean.channels(c, count)
        return difference * difference
      }
      spread(block, sums, factor) { 1 / Float($0 + Double(epsilon)).squareRoot() }
      if let saved {
        for group in block.lowerBound / width..<block.upperBound / width {
          saved[2 * (image * groups + group)] = mean[group * width - block.lowerBound]
          saved[2 * (image * groups + group) + 1] = factor[group * width - block.lowerBound]
        }
      }
      if let gamma {
        for c in 0..<block.count { factor[c] *= gamma[block.lowerBound + c] }
      }
      forEachPlace(block.count) { place, c, count in
        var value = (x.channels(place, count) - mean.channels(c, count)) * factor.channels(c, count)
        if let beta { value += beta.channels(block.lowerBound + c, count) }
        y.storeChannels(value, place, count)
      }
    }
  }

  /// Gradients; each overwrites its memory.
  package func backward(
    input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    gamma: UnsafePointer<Float>?, saved: UnsafePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>?, gammaGradient: UnsafeMutablePointer<Float>?,
    betaGradient: UnsafeMutablePointer<Float>?
  ) {
    // Of each image and channel the sums of the gradient, and of its product with the normal value.
    pool.reserveShared(2 * batch * channels)
    pool.reserveScratch(7 * block)
    let plain = pool.shared
    let products = plain + batch * channels
    // Disjoint: a tile writes its channels of its image.
    nonisolated(unsafe) let (shared, target) = ((plain, products), inputGradient)
    forEachBlock(scratch: 7) { image, block, scratch in
      let first = image * positions * channels + block.lowerBound
      let (x, g) = (input + first, outputGradient + first)
      let row = image * channels + block.lowerBound
      let size = block.count
      let (mean, factor, sums) = (scratch, scratch + size, scratch + 2 * size)
      for c in 0..<size {
        let group = image * groups + (block.lowerBound + c) / width
        mean[c] = saved[2 * group]
        factor[c] = saved[2 * group + 1]
      }
      sumColumns(size, sums) { place, _, count in g.channels(place, count) }
      (shared.0 + row).update(from: sums, count: size)
      sumColumns(size, sums) { place, c, count in
        (x.channels(place, count) - mean.channels(c, count)) * g.channels(place, count)
      }
      for c in 0..<size { shared.1[row + c] = sums[c] * factor[c] }
      guard let target else { return }
      let (scale, weighted) = (scratch + 3 * size, scratch + 4 * size)
      let (shift, slope) = (scratch + 5 * size, scratch + 6 * size)
      for c in 0..<size {
        scale[c] = gamma?[block.lowerBound + c] ?? 1
        weighted[c] = scale[c] * shared.0[row + c]
        sums[c] = scale[c] * shared.1[row + c]
      }
      spread(block, weighted, shift) { Float($0) }
      spread(block, sums, slope) { Float($0) }
      for c in 0..<size {
        scale[c] *= factor[c]
        shift[c] *= factor[c]
        slope[c] *= factor[c] * factor[c]
      }
      forEachPlace(size) { place, c, count in
        let own = g.channels(place, count) * scale.channels(c, count) - shift.channels(c, count)
        let difference = x.channels(place, count) - mean.channels(c, count)
        target.storeChannels(
          own - difference * slope.channels(c, count), first + place, count)
      }
    }
    if let betaGradient {
      Reduction.sumParts(
        parts: batch, count: channels, input: plain, output: betaGradient, pool: pool)
    }
    if let gammaGradient {
      Reduction.sumParts(
        parts: batch, count: channels, input: products, output: gammaGradient, pool: pool)
    }
  }

  /// Channels of a group.
  private var width: Int { channels / groups }

  /// Channels of a tile: whole groups, a few vectors of them where there are as many.
  private var block: Int { min(channels, width * ((63 + width) / width)) }

  /// Calls `body(image, channels, scratch)`, with `scratch` times the channels' floats.
  private func forEachBlock(
    scratch: Int, _ body: (Int, Range<Int>, UnsafeMutablePointer<Float>) -> Void
  ) {
    let blocks = (channels + block - 1) / block
    pool.reserveScratch(scratch * block)
    pool.parallelFor(batch * blocks) { tile, worker in
      let start = tile % blocks * block
      body(
        tile / blocks, start..<min(start + block, channels), pool.scratch(of: worker))
    }
  }

  /// Calls `body(place, channel, values)` for all positions of a block.
  @inline(__always)
  private func forEachPlace(_ size: Int, _ body: (Int, Int, Int) -> Void) {
    for p in 0..<positions {
      forEachChannelVector(size) { c, count in body(p * channels + c, c, count) }
    }
  }

  /// Sums over the positions, some at a time so that a long sum stays exact and what is read again for
  /// the next channels is near.
  @inline(__always)
  private func sumColumns(
    _ size: Int, _ sums: UnsafeMutablePointer<Float>, _ value: (Int, Int, Int) -> Vector
  ) {
    sums.update(repeating: 0, count: size)
    for start in stride(from: 0, to: positions, by: 64) {
      for c in stride(from: 0, to: size, by: lanes) {
        let count = min(lanes, size - c)
        var sum = Vector.zero
        for p in start..<min(start + 64, positions) { sum += value(p * channels + c, c, count) }
        sums.storeChannels(sums.channels(c, count) + sum, c, count)
      }
    }
  }

  /// Of each group the mean of all its values from the sums of its channels, and what `function` makes
  /// of it for each of its channels.
  @inline(__always)
  private func spread(
    _ block: Range<Int>, _ sums: UnsafeMutablePointer<Float>,
    _ target: UnsafeMutablePointer<Float>, _ function: (Double) -> Float
  ) {
    for start in stride(from: 0, to: block.count, by: width) {
      var sum = 0.0
      for c in start..<start + width { sum += Double(sums[c]) }
      let value = function(sum / Double(positions * width))
      for c in start..<start + width { target[c] = value }
    }
  }
}
