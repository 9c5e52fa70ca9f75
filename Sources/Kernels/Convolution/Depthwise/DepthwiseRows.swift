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
  let bounds: Microkernel.Bounds?
  let target: UnsafeMutablePointer<Float>

  func run(image: Int, rows: Range<Int>) {
    let interior = interiorColumns
    let blocks = interior.count >= Self.block ? interior : interior.lowerBound..<interior.lowerBound
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

  @inline(__always)
  private func bounded(_ value: Vector) -> Vector {
    guard let bounds else { return value }
    return value.atLeast(Vector(repeating: bounds.lower)).atMost(Vector(repeating: bounds.upper))
  }

  private func blockOfPositions(_ image: Int, _ i: Int, _ j: Int) {
    let channels = gather.targetChannels
    let output = target + targetOffset(image, i, j)
    let outputStep = gather.stepX * channels
    let step = gather.sourceStepWidth * channels
    let line = gather.sourceWidth * channels
    let first =
      (image * gather.sourceHeight * gather.sourceWidth + j * gather.sourceStepWidth) * channels
    forEachChannelVector(channels) { c, count in
      let start = bias?.channels(c, count) ?? .zero
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
          let index = gather.kernelPositions[kernelPosition &+ k]
          let w = weights.channels(index &* channels &+ c, count)
          s0.addProduct(x.channels(0, count), w)
          s1.addProduct(x.channels(step, count), w)
          s2.addProduct(x.channels(2 &* step, count), w)
          s3.addProduct(x.channels(3 &* step, count), w)
          s4.addProduct(x.channels(4 &* step, count), w)
          s5.addProduct(x.channels(5 &* step, count), w)
          s6.addProduct(x.channels(6 &* step, count), w)
          s7.addProduct(x.channels(7 &* step, count), w)
          x += tap.dxStep &* channels
        }
      }
      output.storeChannels(bounded(s0), c, count)
      output.storeChannels(bounded(s1), outputStep &+ c, count)
      output.storeChannels(bounded(s2), 2 &* outputStep &+ c, count)
      output.storeChannels(bounded(s3), 3 &* outputStep &+ c, count)
      output.storeChannels(bounded(s4), 4 &* outputStep &+ c, count)
      output.storeChannels(bounded(s5), 5 &* outputStep &+ c, count)
      output.storeChannels(bounded(s6), 6 &* outputStep &+ c, count)
      output.storeChannels(bounded(s7), 7 &* outputStep &+ c, count)
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
      output.storeChannels(bounded(sum), c, count)
    }
  }
}
