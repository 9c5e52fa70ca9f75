/// Max pooling. Padding never wins; a window with nothing but padding gives 0; NaN wins.
package final class MaxPooling {
  package let geometry: PoolingGeometry
  private let pool: WorkerPool

  package init(_ geometry: PoolingGeometry, pool: WorkerPool) {
    precondition(
      geometry.windowHeight * geometry.windowWidth < Int(UInt16.max),
      "a window of \(geometry.windowHeight)×\(geometry.windowWidth)")
    self.geometry = geometry
    self.pool = pool
  }

  /// Floats of memory that `forward` leaves for `backward`: for each output the place of its maximum
  /// in the window, in 16 bits.
  package var savedCount: Int { (geometry.outputCount + 1) / 2 }

  /// - Parameter saved: `savedCount` floats for `backward`; `nil` where there will be none.
  package func forward(
    input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
    saved: UnsafeMutablePointer<Float>?
  ) {
    let g = geometry
    let places = saved.map { UnsafeMutableRawPointer($0) }
    // Disjoint: a tile writes one row of outputs.
    nonisolated(unsafe) let (output, shared) = (output, places)
    pool.parallelFor(g.batch * g.outputHeight) { tile, _ in
      let oy = tile % g.outputHeight
      let image = input + tile / g.outputHeight * g.inputHeight * g.inputWidth * g.channels
      for ox in 0..<g.outputWidth {
        let target = (tile * g.outputWidth + ox) * g.channels
        poolWindow(oy, ox, image, output + target, shared.map { $0 + 2 * target })
      }
    }
  }

  @inline(__always)
  private func poolWindow(
    _ oy: Int, _ ox: Int, _ image: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>,
    _ places: UnsafeMutableRawPointer?
  ) {
    let g = geometry
    let rows = g.rows(of: oy)
    let columns = g.columns(of: ox)
    let top = oy * g.strideHeight - g.padding.top
    let left = ox * g.strideWidth - g.padding.left
    forEachChannelVector(g.channels) { c, count in
      var best = Vector.zero
      var place = SIMD16<Int32>(repeating: Int32(UInt16.max))
      var isFirst = true
      for y in rows {
        for x in columns {
          let value = (image + (y * g.inputWidth + x) * g.channels).channels(c, count)
          let wins = isFirst ? value .== value : value .> best
          let index = Int32(truncatingIfNeeded: (y - top) * g.windowWidth + x - left)
          let mask = wins .| (value .!= value)
          best.replace(with: value, where: mask)
          place.replace(with: SIMD16(repeating: index), where: mask)
          isFirst = false
        }
      }
      output.storeChannels(best, c, count)
      guard let places else { return }
      let short = SIMD16<UInt16>(truncatingIfNeeded: place)
      if count == lanes {
        (places + 2 * c).storeBytes(of: short, as: SIMD16<UInt16>.self)
      } else {
        withUnsafeBytes(of: short) {
          (places + 2 * c).copyMemory(from: $0.baseAddress!, byteCount: 2 * count)
        }
      }
    }
  }

  /// Overwrites `inputGradient`. Where several values were the maximum, the first gets it all.
  package func backward(
    outputGradient: UnsafePointer<Float>, saved: UnsafePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>
  ) {
    let g = geometry
    let places = UnsafeRawPointer(saved)
    // Disjoint: a tile writes one row of the image, gathering from every window over it.
    nonisolated(unsafe) let target = inputGradient
    pool.parallelFor(g.batch * g.inputHeight) { tile, _ in
      let y = tile % g.inputHeight
      let firstOutput = tile / g.inputHeight * g.outputHeight * g.outputWidth
      let rows = g.outputRows(over: y)
      for x in 0..<g.inputWidth {
        let columns = g.outputColumns(over: x)
        let pixel = target + (tile * g.inputWidth + x) * g.channels
        forEachChannelVector(g.channels) { c, count in
          var sum = Vector.zero
          for oy in rows {
            for ox in columns {
              let output = (firstOutput + oy * g.outputWidth + ox) * g.channels + c
              let row = y - oy * g.strideHeight + g.padding.top
              let column = x - ox * g.strideWidth + g.padding.left
              let index = Int32(truncatingIfNeeded: row * g.windowWidth + column)
              let isHere = Self.places(places + 2 * output, count) .== SIMD16(repeating: index)
              let gradient = outputGradient.channels(output, count)
              sum += Vector.zero.replacing(with: gradient, where: isHere)
            }
          }
          pixel.storeChannels(sum, c, count)
        }
      }
    }
  }

  @inline(__always)
  private static func places(_ memory: UnsafeRawPointer, _ count: Int) -> SIMD16<Int32> {
    var short = SIMD16<UInt16>.zero
    if count == lanes {
      short = memory.loadUnaligned(as: SIMD16<UInt16>.self)
    } else {
      withUnsafeMutableBytes(of: &short) {
        $0.baseAddress!.copyMemory(from: memory, byteCount: 2 * count)
      }
    }
    return SIMD16<Int32>(truncatingIfNeeded: short)
  }
}
