/// Moves data between images and the transformed side of their tiles.
///
/// The transformed side of a run of tiles and a chunk of channels is 36 matrices
/// `[tiles, width]`, `stride` floats apart.
struct WinogradTiles {
  let tiling: WinogradTiling

  /// Floats of memory that each of the transforms needs.
  static let scratchCount =
    WinogradTransform.tableCount + 36 * max(WinogradChunks.limit, Panels.width)

  /// Bᵀ d B of the inputs of `tiles`.
  func transformInputs(
    _ tiles: Range<Int>, channels: Range<Int>, of input: UnsafePointer<Float>,
    to target: UnsafeMutablePointer<Float>, width: Int, stride: Int,
    scratch: UnsafeMutablePointer<Float>
  ) {
    var target = target
    for tile in tiles {
      let window = tiling.inputWindow(of: tile, channels: channels)
      var pixels = tiling.input.read(
        window, of: input, patch: scratch + WinogradTransform.tableCount)
      var c = 0
      while c < window.paddedChannels {
        WinogradTransform.inputTile(pixels, to: target + c, stride: stride, table: scratch)
        pixels.pointer += lanes
        c &+= lanes
      }
      target += width
    }
  }

  /// A δ Aᵀ of the outputs' gradients of `tiles`.
  func transformOutputGradients(
    _ tiles: Range<Int>, channels: Range<Int>, of gradient: UnsafePointer<Float>,
    to target: UnsafeMutablePointer<Float>, width: Int, stride: Int,
    scratch: UnsafeMutablePointer<Float>
  ) {
    var target = target
    for tile in tiles {
      let window = tiling.outputWindow(of: tile, channels: channels)
      var pixels = tiling.output.read(
        window, of: gradient, patch: scratch + WinogradTransform.tableCount)
      var c = 0
      while c < window.paddedChannels {
        WinogradTransform.outputGradientTile(
          pixels, to: target + c, stride: stride, table: scratch)
        pixels.pointer += lanes
        c &+= lanes
      }
      target += width
    }
  }

  /// Gathers the statistics of the outputs of `tiles`, which have just been written.
  func gather(
    _ statistics: ChannelStatistics, part: Int, of tiles: Range<Int>, channels: Range<Int>,
    from output: UnsafePointer<Float>
  ) {
    let stride = tiling.output.channels
    let line = tiling.output.width &* stride
    forEachChannelVector(channels.count) { c, count in
      var sums = ChannelStatistics.Sums(shift: .zero)
      var rows = 0
      for tile in tiles {
        let window = tiling.outputWindow(of: tile, channels: channels)
        let inside = tiling.positions(of: tile)
        let position = (window.image &* tiling.output.height &+ window.y) &* tiling.output.width
        let first = output + ((position &+ window.x) &* stride &+ channels.lowerBound)
        if tile == tiles.lowerBound {
          sums = ChannelStatistics.Sums(shift: first.channels(c, count))
        }
        for y in 0..<inside.rows {
          var pixel = first + y &* line
          for _ in 0..<inside.columns {
            sums.add(pixel.channels(c, count))
            pixel += stride
          }
        }
        rows &+= inside.count
      }
      statistics.store(sums, part: part, rows: rows, channel: channels.lowerBound &+ c, count)
    }
  }

  /// Outputs of `tiles` from Aᵀ m A of their sums of products, plus bias, scaled, within bounds.
  func transformOutputs(
    _ tiles: Range<Int>, channels: Range<Int>, sums: UnsafePointer<Float>, width: Int, stride: Int,
    bias: UnsafePointer<Float>?, affine: ChannelAffine?, bounds: Microkernel.Bounds?,
    to output: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
  ) {
    let lower = Vector(repeating: bounds?.lower ?? -.infinity)
    let upper = Vector(repeating: bounds?.upper ?? .infinity)
    let patch = scratch + WinogradTransform.tableCount
    var sums = sums
    for tile in tiles {
      let window = tiling.outputWindow(of: tile, channels: channels)
      let pixels = tiling.output.write(window, of: output, patch: patch)
      var c = 0
      while c < window.paddedChannels {
        let channel = channels.lowerBound &+ c
        let count = min(lanes, channels.count &- c)
        let bias = bias?.vector(channel, count: count) ?? .zero
        let factor = affine?.factor.vector(channel, count: count) ?? Vector(repeating: 1)
        let offset = affine?.offset.vector(channel, count: count) ?? .zero
        let target = pixels.pointer + c
        WinogradTransform.outputTile(sums + c, stride: stride, table: scratch) { y, x, value in
          let scaled = (value + bias).times(factor, plus: offset)
          let bounded = scaled.atLeast(lower).atMost(upper)
          target.store(bounded, y &* pixels.row &+ x &* pixels.column)
        }
        c &+= lanes
      }
      tiling.output.keep(window, in: output, patch: patch)
      sums += width
    }
  }
}
