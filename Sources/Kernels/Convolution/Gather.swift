/// A convolution, or one phase of its input gradient, seen from the target: which source positions
/// each target position adds up.
///
/// The target's positions form a grid; position `(i, j)` reads the source at
/// `(i · sourceStep + dy, j · sourceStep + dx)` for every tap, and lies at
/// `(start + i · step, start + j · step)` in the target image. A forward pass is one gather. The
/// input gradient of a convolution with stride `s` is one for each of the s × s places a position
/// can have in the stride: each meets its own subset of the kernel, none of which is empty work.
struct Gather {
  /// Taps in one row of the kernel, side by side in the source.
  struct TapRow {
    /// Source row, relative to the position's.
    var dy: Int
    /// Source column of the first tap, relative to the position's.
    var dx: Int
    /// From one tap's source column to the next.
    var dxStep: Int
    var count: Int
  }

  var batch: Int
  var sourceHeight: Int
  var sourceWidth: Int
  /// Channels of the whole source, and those of one group.
  var sourceChannels: Int
  var sourceGroupChannels: Int
  var sourceStepHeight: Int
  var sourceStepWidth: Int
  var targetHeight: Int
  var targetWidth: Int
  var targetChannels: Int
  var targetGroupChannels: Int
  /// The grid of target positions.
  var gridHeight: Int
  var gridWidth: Int
  var startY = 0
  var startX = 0
  var stepY = 1
  var stepX = 1
  var tapRows: [TapRow]
  /// The kernel position `ky · kernelWidth + kx` of each tap, row after row.
  var kernelPositions: [Int]

  var positions: Int { batch * gridHeight * gridWidth }
  var tapCount: Int { kernelPositions.count }
  /// Length of the sums.
  var depth: Int { tapCount * sourceGroupChannels }
  /// Whether the grid is the whole target, in order.
  var coversTarget: Bool {
    stepY == 1 && stepX == 1 && gridHeight == targetHeight && gridWidth == targetWidth
  }
  /// Whether source rows can be multiplied where they lie.
  var readsInPlace: Bool {
    tapCount == 1 && tapRows[0].dy == 0 && tapRows[0].dx == 0 && sourceStepHeight == 1
      && sourceStepWidth == 1 && gridHeight == sourceHeight && gridWidth == sourceWidth
  }

  static func forward(_ g: ConvolutionGeometry) -> Gather {
    Gather(
      batch: g.batch, sourceHeight: g.inputHeight, sourceWidth: g.inputWidth,
      sourceChannels: g.inputChannels, sourceGroupChannels: g.groupInputs,
      sourceStepHeight: g.strideHeight, sourceStepWidth: g.strideWidth,
      targetHeight: g.outputHeight, targetWidth: g.outputWidth, targetChannels: g.outputChannels,
      targetGroupChannels: g.groupOutputs, gridHeight: g.outputHeight, gridWidth: g.outputWidth,
      tapRows: (0..<g.kernelHeight).map { ky in
        TapRow(
          dy: ky * g.dilationHeight - g.padding.top, dx: -g.padding.left, dxStep: g.dilationWidth,
          count: g.kernelWidth)
      },
      kernelPositions: Array(0..<g.kernelHeight * g.kernelWidth))
  }

  /// One gather for each place in the stride. Those without taps write zeros.
  static func inputGradient(_ g: ConvolutionGeometry) -> [Gather] {
    var gathers: [Gather] = []
    for y in 0..<min(g.strideHeight, g.inputHeight) {
      let rows = taps(
        at: y, kernel: g.kernelHeight, stride: g.strideHeight, dilation: g.dilationHeight,
        padding: g.padding.top)
      for x in 0..<min(g.strideWidth, g.inputWidth) {
        let columns = taps(
          at: x, kernel: g.kernelWidth, stride: g.strideWidth, dilation: g.dilationWidth,
          padding: g.padding.left)
        let step = columns.count > 1 ? columns[1].offset - columns[0].offset : 1
        gathers.append(
          Gather(
            batch: g.batch, sourceHeight: g.outputHeight, sourceWidth: g.outputWidth,
            sourceChannels: g.outputChannels, sourceGroupChannels: g.groupOutputs,
            sourceStepHeight: 1, sourceStepWidth: 1, targetHeight: g.inputHeight,
            targetWidth: g.inputWidth, targetChannels: g.inputChannels,
            targetGroupChannels: g.groupInputs,
            gridHeight: (g.inputHeight - y + g.strideHeight - 1) / g.strideHeight,
            gridWidth: (g.inputWidth - x + g.strideWidth - 1) / g.strideWidth, startY: y,
            startX: x, stepY: g.strideHeight, stepX: g.strideWidth,
            tapRows: columns.isEmpty
              ? []
              : rows.map {
                TapRow(dy: $0.offset, dx: columns[0].offset, dxStep: step, count: columns.count)
              },
            kernelPositions: rows.flatMap { row in
              columns.map { row.kernel * g.kernelWidth + $0.kernel }
            }))
      }
    }
    return gathers
  }

  /// The kernel positions along one axis that meet an input position `place` in the stride, and
  /// where the output they meet lies, relative to the position's index; in ascending order of it.
  private static func taps(at place: Int, kernel: Int, stride: Int, dilation: Int, padding: Int)
    -> [(kernel: Int, offset: Int)]
  {
    (0..<kernel).reversed().compactMap { k in
      let reach = place + padding - k * dilation
      let offset = Int((Double(reach) / Double(stride)).rounded(.down))
      return offset * stride == reach ? (k, offset) : nil
    }
  }
}
