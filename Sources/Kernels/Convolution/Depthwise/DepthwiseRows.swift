/// Some rows of a depthwise gather: each target value is the sum over the taps of source value times
/// weight, channel by channel.
struct DepthwiseRows {
  /// Positions side by side whose sums are kept in registers, to load each weight once for all.
  private static let block = 8

  let gather: Gather
  let source: UnsafePointer<Float>
  /// `[kernel positions, channels]`
  let weights: UnsafePointer<Float>
  let bias: UnsafePointer<Float>?
  let affine: ChannelAffine?
  let bounds: Microkernel.Bounds?
  let target: UnsafeMutablePointer<Float>

  func run(image: Int, rows: Range<Int>) {
    let interior = interiorColumns
    let inBlocks = interior.count >= Self.block && gather.targetChannels >= lanes
    let blocks = inBlocks ? interior : interior.lowerBound..<interior.lowerBound
    for i in rows {
      for j in 0..<blocks.lowerBound { position(image, i, j) }
      // The last block overlaps the one before: what is computed twice is the same.
      for j in stride(from: blocks.lowerBound, to: blocks.upperBound, by: Self.block) {
        blockOfPositions(image, i, min(j, blocks.upperBound - Self.block))
      }
      for j in blocks.upperBound..<gather.gridWidth { position(image, i, j) }
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

  @inline(__always)
  private func targetOffset(_ image: Int, _ i: Int, _ j: Int) -> Int {
    let y = gather.startY + i * gather.stepY
    let x = gather.startX + j * gather.stepX
    return ((image * gather.targetHeight + y) * gather.targetWidth + x) * gather.targetChannels
  }

  @_transparent
  private func finished(_ value: Vector, _ factor: Vector, _ offset: Vector) -> Vector {
    value.times(factor, plus: offset).atLeast(Vector(repeating: lower)).atMost(
      Vector(repeating: upper))
  }

  private var lower: Float { bounds?.lower ?? -.infinity }
  private var upper: Float { bounds?.upper ?? .infinity }

  private func blockOfPositions(_ image: Int, _ i: Int, _ j: Int) {
    let channels = gather.targetChannels
    let output = target + targetOffset(image, i, j)
    let outputStep = gather.stepX * channels
    let step = gather.sourceStepWidth * channels
    let line = gather.sourceWidth * channels
    let first =
      (image * gather.sourceHeight * gather.sourceWidth + j * gather.sourceStepWidth) * channels
    // A closure that also knows of partial vectors would keep the sums in memory.
    for vector in stride(from: 0, to: channels, by: lanes) {
      let c = min(vector, channels - lanes)
      let start = bias?.vector(c) ?? .zero
      let factor = affine?.factor.vector(c) ?? Vector(repeating: 1)
      let offset = affine?.offset.vector(c) ?? .zero
      var s0 = start
      var s1 = start
      var s2 = start
      var s3 = start
      var s4 = start
      var s5 = start
      var s6 = start
      var s7 = start
      var kernelPosition = 0
      for tap in gather.tapRows {
        let y = i * gather.sourceStepHeight + tap.dy
        defer { kernelPosition += tap.count }
        guard y >= 0, y < gather.sourceHeight else { continue }
        var x = source + first + y * line + tap.dx * channels + c
        for k in 0..<tap.count {
          let w = weights.vector(gather.kernelPositions[kernelPosition &+ k] &* channels &+ c)
          s0.addProduct(x.vector(0), w)
          s1.addProduct(x.vector(step), w)
          s2.addProduct(x.vector(2 &* step), w)
          s3.addProduct(x.vector(3 &* step), w)
          s4.addProduct(x.vector(4 &* step), w)
          s5.addProduct(x.vector(5 &* step), w)
          s6.addProduct(x.vector(6 &* step), w)
          s7.addProduct(x.vector(7 &* step), w)
          x += tap.dxStep &* channels
        }
      }
      output.store(finished(s0, factor, offset), c)
      output.store(finished(s1, factor, offset), outputStep &+ c)
      output.store(finished(s2, factor, offset), 2 &* outputStep &+ c)
      output.store(finished(s3, factor, offset), 3 &* outputStep &+ c)
      output.store(finished(s4, factor, offset), 4 &* outputStep &+ c)
      output.store(finished(s5, factor, offset), 5 &* outputStep &+ c)
      output.store(finished(s6, factor, offset), 6 &* outputStep &+ c)
      output.store(finished(s7, factor, offset), 7 &* outputStep &+ c)
    }
  }

  /// One position, with taps that may lie outside.
  private func position(_ image: Int, _ i: Int, _ j: Int) {
    let channels = gather.targetChannels
    let output = target + targetOffset(image, i, j)
    forEachChannelVector(channels) { c, count in
      var sum = bias?.channels(c, count) ?? .zero
      var kernelPosition = 0
      for tap in gather.tapRows {
        let y = i * gather.sourceStepHeight + tap.dy
        defer { kernelPosition += tap.count }
        guard y >= 0, y < gather.sourceHeight else { continue }
        for k in 0..<tap.count {
          let x = j * gather.sourceStepWidth + tap.dx + k * tap.dxStep
          guard x >= 0, x < gather.sourceWidth else { continue }
          let pixel = (image * gather.sourceHeight + y) * gather.sourceWidth + x
          let index = gather.kernelPositions[kernelPosition + k]
          sum.addProduct(
            source.channels(pixel * channels + c, count),
            weights.channels(index * channels + c, count))
        }
      }
      let factor = affine?.factor.channels(c, count) ?? Vector(repeating: 1)
      let offset = affine?.offset.channels(c, count) ?? .zero
      output.storeChannels(finished(sum, factor, offset), c, count)
    }
  }
}
