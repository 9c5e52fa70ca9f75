/// Average pooling.
package final class AveragePooling {
  /// What the sum of a window is divided by.
  package enum Divisor: Hashable, Sendable {
    /// The image's pixels under it (Keras, TensorFlow).
    case pixels
    /// Those and the padding's under it, but not what lies beyond the padding (Caffe, PyTorch).
    case paddedPixels
    /// Always the same (PyTorch's `divisor_override`).
    case fixed(Int)
  }

  package let geometry: PoolingGeometry
  package let divisor: Divisor
  private let pool: WorkerPool
  /// What is counted in the windows of each output row, and of each output column.
  private let rowCounts: [Float]
  private let columnCounts: [Float]

  package init(_ geometry: PoolingGeometry, divisor: Divisor = .pixels, pool: WorkerPool) {
    self.geometry = geometry
    self.divisor = divisor
    self.pool = pool
    let g = geometry
    switch divisor {
    case .pixels:
      rowCounts = (0..<g.outputHeight).map { Float(max(g.rows(of: $0).count, 1)) }
      columnCounts = (0..<g.outputWidth).map { Float(max(g.columns(of: $0).count, 1)) }
    case .paddedPixels:
      rowCounts = (0..<g.outputHeight).map { Float(max(g.paddedRowCount(of: $0), 1)) }
      columnCounts = (0..<g.outputWidth).map { Float(max(g.paddedColumnCount(of: $0), 1)) }
    case .fixed(let value):
      rowCounts = Array(repeating: Float(value), count: g.outputHeight)
      columnCounts = Array(repeating: 1, count: g.outputWidth)
    }
  }

  package func forward(input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>) {
    let g = geometry
    nonisolated(unsafe) let output = output  // Disjoint: a tile writes one row of outputs.
    pool.parallelFor(g.batch * g.outputHeight) { tile, _ in
      let image = input + tile / g.outputHeight * g.inputHeight * g.inputWidth * g.channels
      let rows = g.rows(of: tile % g.outputHeight)
      for ox in 0..<g.outputWidth {
        let columns = g.columns(of: ox)
        let share = 1 / (rowCounts[tile % g.outputHeight] * columnCounts[ox])
        let target = output + (tile * g.outputWidth + ox) * g.channels
        forEachChannelVector(g.channels) { c, count in
          var sum = Vector.zero
          for y in rows {
            for x in columns {
              sum += (image + (y * g.inputWidth + x) * g.channels).channels(c, count)
            }
          }
          target.storeChannels(sum * share, c, count)
        }
      }
    }
  }

  /// Overwrites `inputGradient`.
  package func backward(
    outputGradient: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>
  ) {
    let g = geometry
    // Disjoint: a tile writes one row of the image, gathering from every window over it.
    nonisolated(unsafe) let target = inputGradient
    pool.parallelFor(g.batch * g.inputHeight) { tile, _ in
      let firstOutput = tile / g.inputHeight * g.outputHeight * g.outputWidth
      let outputRows = g.outputRows(over: tile % g.inputHeight)
      for x in 0..<g.inputWidth {
        let outputColumns = g.outputColumns(over: x)
        let pixel = target + (tile * g.inputWidth + x) * g.channels
        forEachChannelVector(g.channels) { c, count in
          var sum = Vector.zero
          for oy in outputRows {
            for ox in outputColumns {
              let output = (firstOutput + oy * g.outputWidth + ox) * g.channels + c
              let share = Vector(repeating: 1 / (rowCounts[oy] * columnCounts[ox]))
              sum.addProduct(outputGradient.channels(output, count), share)
            }
          }
          pixel.storeChannels(sum, c, count)
        }
      }
    }
  }
}
