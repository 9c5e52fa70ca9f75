/// Some rows of a depthwise gather: each target value is the sum over the taps of source value times
/// weight, channel by channel.
///
/// A list of the taps that lie inside is made for each row. The inner loop reads it instead of
/// counting: what is left in it are eight multiply-adds for each weight.
struct DepthwiseRows {
  let gather: Gather
  let source: UnsafePointer<Float>
  /// `[kernel positions, channels]`
  let weights: UnsafePointer<Float>
  let bias: UnsafePointer<Float>?
  let affine: ChannelAffine?
  let bounds: Microkernel.Bounds?
  let target: UnsafeMutablePointer<Float>

  private struct Tap {
    /// Where the value for the row's first position lies in the source.
    var source: Int
    var weight: Int
    /// The source's column, relative to the position's.
    var dx: Int
  }

  private struct Taps {
    var first: UnsafeMutablePointer<Tap>
    var count = 0
  }

  /// Positions side by side whose sums are kept in registers, to load each weight once for all.
  private enum Block: Int {
    case eight = 8
    case four = 4
    case one = 1
  }

  func run(image: Int, rows: Range<Int>) {
    let interior = interiorColumns
    let block: Block =
      gather.targetChannels < lanes
      ? .one : interior.count >= 8 ? .eight : interior.count >= 4 ? .four : .one
    withUnsafeTemporaryAllocation(of: Tap.self, capacity: 2 * max(1, gather.tapCount)) { memory in
      var row = Taps(first: memory.baseAddress!)
      var inside = Taps(first: row.first + gather.tapCount)
      for i in rows {
        fill(&row, image, i)
        for j in 0..<gather.gridWidth where !interior.contains(j) {
          filter(row, to: &inside, column: j)
          run(.one, image, i, j, inside)
        }
        // The last block overlaps the one before: what is computed twice is the same.
        for j in stride(from: interior.lowerBound, to: interior.upperBound, by: block.rawValue) {
          run(block, image, i, min(j, interior.upperBound - block.rawValue), row)
        }
      }
    }
  }

  /// Columns of the grid for which every tap lies inside the source.
  private var interiorColumns: Range<Int> {
    guard let row = gather.tapRows.first else { return 0..<gather.gridWidth }
    let last = row.dx + (row.count - 1) * row.dxStep
    let step = gather.sourceStepWidth
    let lower = row.dx >= 0 ? 0 : (-row.dx + step - 1) / step
    let room = gather.sourceWidth - 1 - last
    let upper = room < 0 ? 0 : min(gather.gridWidth, room / step + 1)
    return min(lower, upper)..<upper
  }

  /// The taps of one row of the grid whose source rows exist.
  private func fill(_ taps: inout Taps, _ image: Int, _ i: Int) {
    let channels = gather.targetChannels
    taps.count = 0
    var kernelPosition = 0
    for tap in gather.tapRows {
      let y = i * gather.sourceStepHeight + tap.dy
      if y >= 0, y < gather.sourceHeight {
        let line = (image * gather.sourceHeight + y) * gather.sourceWidth
        for k in 0..<tap.count {
          let dx = tap.dx + k * tap.dxStep
          taps.first[taps.count] = Tap(
            source: (line + dx) * channels,
            weight: gather.kernelPositions[kernelPosition + k] * channels, dx: dx)
          taps.count += 1
        }
      }
      kernelPosition += tap.count
    }
  }

  /// Those of them that also lie inside for one column of the grid.
  private func filter(_ taps: Taps, to result: inout Taps, column j: Int) {
    let columns = -j * gather.sourceStepWidth..<gather.sourceWidth - j * gather.sourceStepWidth
    result.count = 0
    for tap in UnsafeBufferPointer(start: taps.first, count: taps.count)
    where columns.contains(tap.dx) {
      result.first[result.count] = tap
      result.count += 1
    }
  }

  private func run(_ block: Block, _ image: Int, _ i: Int, _ j: Int, _ taps: Taps) {
    let channels = gather.targetChannels
    let y = gather.startY + i * gather.stepY
    let x = gather.startX + j * gather.stepX
    let output =
      target + ((image * gather.targetHeight + y) * gather.targetWidth + x) * channels
    let input = source + j * gather.sourceStepWidth * channels
    guard channels >= lanes else { return narrow(input, output, taps) }
    switch block {
    case .eight: eight(input, output, taps)
    case .four: four(input, output, taps)
    case .one: one(input, output, taps)
    }
  }

  @inline(never)
  private func eight(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ taps: Taps) {
    positions(8, x, y, taps)
  }

  @inline(never)
  private func four(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ taps: Taps) {
    positions(4, x, y, taps)
  }

  @inline(never)
  private func one(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ taps: Taps) {
    positions(1, x, y, taps)
  }

  /// `count` positions side by side; it must be a literal at the call.
  @_transparent
  private func positions(
    _ count: Int, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, _ taps: Taps
  ) {
    let channels = gather.targetChannels
    let outputStep = gather.stepX &* channels
    let step = gather.sourceStepWidth &* channels
    for vector in stride(from: 0, to: channels, by: lanes) {
      let c = min(vector, channels &- lanes)
      let start = bias?.vector(c) ?? .zero
      var s0 = start
      var s1 = start
      var s2 = start
      var s3 = start
      var s4 = start
      var s5 = start
      var s6 = start
      var s7 = start
      for index in 0..<taps.count {
        let tap = taps.first[index]
        let w = weights.vector(tap.weight &+ c)
        let x = input + (tap.source &+ c)
        s0.addProduct(x.vector(0), w)
        if count > 1 {
          s1.addProduct(x.vector(step), w)
          s2.addProduct(x.vector(2 &* step), w)
          s3.addProduct(x.vector(3 &* step), w)
        }
        if count > 4 {
          s4.addProduct(x.vector(4 &* step), w)
          s5.addProduct(x.vector(5 &* step), w)
          s6.addProduct(x.vector(6 &* step), w)
          s7.addProduct(x.vector(7 &* step), w)
        }
      }
      let factor = affine?.factor.vector(c) ?? Vector(repeating: 1)
      let offset = affine?.offset.vector(c) ?? .zero
      output.store(finished(s0, factor, offset), c)
      if count > 1 {
        output.store(finished(s1, factor, offset), outputStep &+ c)
        output.store(finished(s2, factor, offset), 2 &* outputStep &+ c)
        output.store(finished(s3, factor, offset), 3 &* outputStep &+ c)
      }
      if count > 4 {
        output.store(finished(s4, factor, offset), 4 &* outputStep &+ c)
        output.store(finished(s5, factor, offset), 5 &* outputStep &+ c)
        output.store(finished(s6, factor, offset), 6 &* outputStep &+ c)
        output.store(finished(s7, factor, offset), 7 &* outputStep &+ c)
      }
    }
  }

  /// One position of fewer channels than a vector has lanes.
  private func narrow(
    _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, _ taps: Taps
  ) {
    let count = gather.targetChannels
    var sum = bias?.vector(0, count: count) ?? .zero
    for tap in UnsafeBufferPointer(start: taps.first, count: taps.count) {
      sum.addProduct(
        (input + tap.source).vector(0, count: count), weights.vector(tap.weight, count: count))
    }
    let factor = affine?.factor.vector(0, count: count) ?? Vector(repeating: 1)
    let offset = affine?.offset.vector(0, count: count) ?? .zero
    output.store(finished(sum, factor, offset), 0, count: count)
  }

  @_transparent
  private func finished(_ value: Vector, _ factor: Vector, _ offset: Vector) -> Vector {
    value.times(factor, plus: offset).atLeast(Vector(repeating: lower)).atMost(
      Vector(repeating: upper))
  }

  private var lower: Float { bounds?.lower ?? -.infinity }
  private var upper: Float { bounds?.upper ?? .infinity }
}
