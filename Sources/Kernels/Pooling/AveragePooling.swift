/// Average pooling.
package final class AveragePooling {
  package let geometry: PoolingGeometry
  /// Whether padding counts as zeros: PyTorch and Caffe do so by default, Keras never.
  package let countsPadding: Bool
  private let pool: WorkerPool

  package init(_ geometry: PoolingGeometry, countsPadding: Bool = false, pool: WorkerPool) {
    self.geometry = geometry
    self.countsPadding = countsPadding
    self.pool = pool
  }

  /// What a window's sum is multiplied by.
  @inline(__always)
  private func share(_ rows: Range<Int>, _ columns: Range<Int>) -> Float {
    countsPadding
      ? 1 / Float(geometry.windowHeight * geometry.windowWidth)
      : 1 / Float(max(rows.count * columns.count, 1))
  }

  package func forward(input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>) {
    let g = geometry
    nonisolated(unsafe) let output = output  // Disjoint: a tile writes one row of outputs.
    pool.parallelFor(g.batch * g.outputHeight) { tile, _ in
      let image = input + tile / g.outputHeight * g.inputHeight * g.inputWidth * g.channels
      let rows = g.rows(of: tile % g.outputHeight)
      for ox in 0..<g.outputWidth {
        let columns = g.columns(of: ox)
        let share = share(rows, columns)
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
            let rows = g.rows(of: oy)
            for ox in outputColumns {
              let output = (firstOutput + oy * g.outputWidth + ox) * g.channels + c
              let share = Vector(repeating: share(rows, g.columns(of: ox)))
              sum.addProduct(outputGradient.channels(output, count), share)
            }
          }
          pixel.storeChannels(sum, c, count)
        }
      }
    }
  }
}
