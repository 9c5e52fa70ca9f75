/// Images of another size, each row and column of which is a weighted sum of a few of the old ones:
/// `[batch, height, width, channels]`.
package struct Resampling: Sendable {
  /// Of each new position along one axis, the old ones that it is made of.
  package struct Axis: Hashable, Sendable {
    /// Positions of the old axis.
    package let sourceCount: Int
    /// The first old position of each new one.
    package let starts: [Int]
    /// As many weights for each new position as it has sources.
    package let weights: [[Float]]

    /// - Precondition: every source lies within the old axis.
    package init(sourceCount: Int, starts: [Int], weights: [[Float]]) {
      precondition(starts.count == weights.count)
      for (start, weights) in zip(starts, weights) {
        precondition(start >= 0 && !weights.isEmpty && start + weights.count <= sourceCount)
      }
      self.sourceCount = sourceCount
      self.starts = starts
      self.weights = weights
    }

    package var count: Int { starts.count }
  }

  package let rows: Axis
  package let columns: Axis
  package let channels: Int

  package init(rows: Axis, columns: Axis, channels: Int) {
    self.rows = rows
    self.columns = columns
    self.channels = channels
  }

  private var inputCount: Int { rows.sourceCount * columns.sourceCount * channels }
  private var outputCount: Int { rows.count * columns.count * channels }

  package func forward(
    batch: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    nonisolated(unsafe) let output = output  // Disjoint: a tile writes its row.
    pool.parallelFor(batch * rows.count) { tile, _ in
      let y = tile % rows.count
      let source = input + tile / rows.count * inputCount
      let target = output + tile * columns.count * channels
      target.update(repeating: 0, count: columns.count * channels)
      forEachSource(ofRow: y) { x, place, weight in
        let out = target + x * channels
        mapVectors(0..<channels, out, source + place, out) { $0 + $1 * weight }
      }
    }
  }

  /// Overwrites `inputGradient`.
  package func backward(
    batch: Int, outputGradient: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>,
    pool: WorkerPool
  ) {
    nonisolated(unsafe) let inputGradient = inputGradient  // Disjoint: a tile is an image.
    pool.parallelFor(batch) { image, _ in
      let target = inputGradient + image * inputCount
      target.update(repeating: 0, count: inputCount)
      for y in 0..<rows.count {
        let gradient = outputGradient + image * outputCount + y * columns.count * channels
        forEachSource(ofRow: y) { x, place, weight in
          let into = target + place
          mapVectors(0..<channels, into, gradient + x * channels, into) { $0 + $1 * weight }
        }
      }
    }
  }

  /// Calls `body(new column, place of an old pixel, its weight)` for everything in a new row.
  @inline(__always)
  private func forEachSource(ofRow y: Int, _ body: (Int, Int, Float) -> Void) {
    for x in 0..<columns.count {
      for (i, vertical) in rows.weights[y].enumerated() {
        let row = (rows.starts[y] + i) * columns.sourceCount
        for (j, horizontal) in columns.weights[x].enumerated() {
          body(x, (row + columns.starts[x] + j) * channels, vertical * horizontal)
        }
      }
    }
  }
}
