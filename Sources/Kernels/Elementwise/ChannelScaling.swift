/// Multiplies each image's channels by factors of that image, as squeeze-and-excitation does:
/// `[batch, positions, channels] · [batch, 1, channels]`.
package enum ChannelScaling {
  /// Values of a tile of positions.
  private static let tileCount = 16_384

  /// `output[n, p, c] = input[n, p, c] · factors[n, c]`; output may be the input's memory. It is also
  /// the gradient with respect to the input:
  /// `forward(outputGradient, factors)`.
  package static func forward(
    batch: Int, positions: Int, channels: Int, input: UnsafePointer<Float>,
    factors: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    let rows = max(1, tileCount / channels)
    let parts = (positions + rows - 1) / rows
    nonisolated(unsafe) let output = output  // Disjoint: a tile writes its positions.
    pool.parallelFor(batch * parts) { tile, _ in
      let image = tile / parts
      let start = tile % parts * rows
      let row = factors + image * channels
      for p in start..<min(start + rows, positions) {
        let offset = (image * positions + p) * channels
        mapVectors(0..<channels, input + offset, row, output + offset) { $0 * $1 }
      }
    }
  }

  /// `factorsGradient[n, c] = Σ over positions of input · outputGradient`; overwrites.
  package static func factorsGradient(
    batch: Int, positions: Int, channels: Int, input: UnsafePointer<Float>,
    outputGradient: UnsafePointer<Float>, factorsGradient: UnsafeMutablePointer<Float>,
    pool: WorkerPool
  ) {
    let width = 64
    let parts = (channels + width - 1) / width
    nonisolated(unsafe) let target = factorsGradient  // Disjoint: channels of an image.
    pool.parallelFor(batch * parts) { tile, _ in
      let image = tile / parts
      let start = tile % parts * width
      let first = image * positions * channels + start
      forEachChannelVector(min(width, channels - start)) { c, count in
        var total = Vector.zero
        for block in stride(from: 0, to: positions, by: 64) {
          var sum = Vector.zero
          for p in block..<min(block + 64, positions) {
            let i = first + p * channels + c
            sum.addProduct(input.channels(i, count), outputGradient.channels(i, count))
          }
          total += sum
        }
        target.storeChannels(total, image * channels + start + c, count)
      }
    }
  }
}
