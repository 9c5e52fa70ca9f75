/// Max pooling. Padding never wins; a window with nothing but padding gives 0; NaN wins.
package final class MaxPooling {
  /// A place in a window is a whole number that a float holds.
  package static let windowLimit = 1 << 24

  package let geometry: PoolingGeometry
  private let pool: WorkerPool
  /// For each column of the image the output columns whose window covers it.
  private let columnsOver: [Range<Int>]

  package init(_ geometry: PoolingGeometry, pool: WorkerPool) {
    precondition(
      geometry.windowHeight * geometry.windowWidth < Self.windowLimit,
      "a window of \(geometry.windowHeight)×\(geometry.windowWidth)")
    self.geometry = geometry
    self.pool = pool
    columnsOver = (0..<geometry.inputWidth).map { geometry.outputColumns(over: $0) }
  }

  /// Floats of memory that `forward` leaves for `backward`: for each output the place of its maximum
  /// in the window. A float holds it exactly, and comparing floats is one instruction.
  package var savedCount: Int { geometry.outputCount }

  /// - Parameter saved: `savedCount` floats for `backward`; `nil` where there will be none.
  package func forward(
    input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
    saved: UnsafeMutablePointer<Float>?
  ) {
    let g = geometry
    // Disjoint: a tile writes one row of outputs.
    nonisolated(unsafe) let (output, places) = (output, saved)
    pool.parallelFor(g.batch * g.outputHeight) { tile, _ in
      let oy = tile % g.outputHeight
      let image = input + tile / g.outputHeight * g.inputHeight * g.inputWidth * g.channels
      for ox in 0..<g.outputWidth {
        let target = (tile * g.outputWidth + ox) * g.channels
        poolWindow(oy, ox, image, output + target, places.map { $0 + target })
      }
    }
  }

  @inline(__always)
  private func poolWindow(
    _ oy: Int, _ ox: Int, _ image: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>,
    _ places: UnsafeMutablePointer<Float>?
  ) {
    let g = geometry
    let rows = g.rows(of: oy)
    let columns = g.columns(of: ox)
    let top = g.top(of: oy)
    let left = g.left(of: ox)
    @inline(__always)
    func step(_ c: Int, _ count: Int) {
      var best = Vector.zero
      var place = Vector(repeating: -1)
      var isFirst = true
      for y in rows {
        for x in columns {
          let value = image.channels((y &* g.inputWidth &+ x) &* g.channels &+ c, count)
          let wins = isFirst ? value .== value : value .> best
          let index = Float((y &- top) &* g.windowWidth &+ x &- left)
          let mask = wins .| (value .!= value)
          best.replace(with: value, where: mask)
          place.replace(with: Vector(repeating: index), where: mask)
          isFirst = false
        }
      }
      output.storeChannels(best, c, count)
      places?.storeChannels(place, c, count)
    }
    forEachChannelVector(g.channels, step)
  }

  /// Overwrites `inputGradient`. Where several values were the maximum, the first gets it all.
  package func backward(
    outputGradient: UnsafePointer<Float>, saved: UnsafePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>
  ) {
    let g = geometry
    // Disjoint: a tile writes one row of the image, gathering from every window over it.
    nonisolated(unsafe) let target = inputGradient
    pool.parallelFor(g.batch * g.inputHeight) { tile, _ in
      let y = tile % g.inputHeight
      let firstOutput = tile / g.inputHeight * g.outputHeight * g.outputWidth
      let rows = g.outputRows(over: y)
      for x in 0..<g.inputWidth {
        let columns = columnsOver[x]
        let pixel = target + (tile * g.inputWidth + x) * g.channels
        @inline(__always)
        func step(_ c: Int, _ count: Int) {
          var sum = Vector.zero
          for oy in rows {
            let row = y &- g.top(of: oy)
            for ox in columns {
              let output = (firstOutput &+ oy &* g.outputWidth &+ ox) &* g.channels &+ c
              let column = x &- g.left(of: ox)
              let index = Float(row &* g.windowWidth &+ column)
              let isHere = saved.channels(output, count) .== Vector(repeating: index)
              let gradient = outputGradient.channels(output, count)
              sum += Vector.zero.replacing(with: gradient, where: isHere)
            }
          }
          pixel.storeChannels(sum, c, count)
        }
        forEachChannelVector(g.channels, step)
      }
    }
  }
}
