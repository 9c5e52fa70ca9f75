/// Depthwise convolution with one output for each channel: sixteen channels side by side, eight
/// neighbouring positions at a time, bands of rows that stay in the second-level cache.
final class DepthwiseConvolution: ConvolutionKernel {
  /// Values of a band's output.
  private static let bandCount = 65_536

  private let geometry: ConvolutionGeometry
  private let pool: WorkerPool
  private let forwardGather: Gather
  private let gradientGathers: [Gather]
  private let weightGradientBand: DepthwiseWeightGradient

  init(_ geometry: ConvolutionGeometry, pool: WorkerPool) {
    precondition(geometry.groups == geometry.inputChannels)
    precondition(geometry.outputChannels == geometry.inputChannels)
    self.geometry = geometry
    self.pool = pool
    forwardGather = .forward(geometry)
    gradientGathers = Gather.inputGradient(geometry)
    weightGradientBand = DepthwiseWeightGradient(geometry)
    pool.reserveShared(bands(forwardGather).count * geometry.weightCount)
  }

  /// A gather's grid, cut into bands of rows.
  private struct Bands {
    let height: Int
    let rows: Int
    let perImage: Int
    /// Over all images.
    let count: Int

    func image(of band: Int) -> Int { band / perImage }

    func rows(of band: Int) -> Range<Int> {
      let start = band % perImage * rows
      return start..<min(start + rows, height)
    }
  }

  private func bands(_ gather: Gather) -> Bands {
    let row = max(1, gather.gridWidth * gather.targetChannels)
    let rows = max(1, min(gather.gridHeight, Self.bandCount / row))
    let perImage = (gather.gridHeight + rows - 1) / rows
    return Bands(
      height: gather.gridHeight, rows: rows, perImage: perImage, count: perImage * gather.batch)
  }

  var statisticsRows: [Int] {
    let bands = bands(forwardGather)
    return (0..<bands.count).map { bands.rows(of: $0).count * geometry.outputWidth }
  }

  func forward(
    input: UnsafePointer<Float>, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    affine: ChannelAffine?, activation: Activation, statistics: ChannelStatistics?,
    output: UnsafeMutablePointer<Float>
  ) {
    let bands = bands(forwardGather)
    nonisolated(unsafe) let output = output  // Disjoint: a band writes its own rows.
    pool.parallelFor(bands.count) { tile, _ in
      let rows = bands.rows(of: tile)
      let image = bands.image(of: tile)
      DepthwiseRows(
        gather: forwardGather, source: input, weights: weights, bias: bias,
        affine: affine, bounds: activation.bounds, target: output
      ).run(image: image, rows: rows)
      let width = geometry.outputWidth * geometry.outputChannels
      let values = output + (image * geometry.outputHeight + rows.lowerBound) * width
      if activation.bounds == nil && activation != .linear {
        activation.forward(count: rows.count * width, input: values, output: values)
      }
      statistics?.gather(
        part: tile, rows: rows.count * geometry.outputWidth, channels: 0..<geometry.outputChannels,
        input: values, stride: geometry.outputChannels)
    }
  }

  func inputGradient(
    outputGradient: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>
  ) {
    // The first place in the stride has the most rows. All places of a band are done one after the
    // other, while the gradient that they read is in the cache.
    let bands = bands(gradientGathers[0])
    nonisolated(unsafe) let target = inputGradient  // Disjoint: a band writes its own rows.
    pool.parallelFor(bands.count) { tile, _ in
      let start = bands.rows(of: tile).lowerBound
      for gather in gradientGathers {
        let end = min(start + bands.rows, gather.gridHeight)
        DepthwiseRows(
          gather: gather, source: outputGradient, weights: weights, bias: nil, affine: nil,
          bounds: nil, target: target
        ).run(image: bands.image(of: tile), rows: min(start, end)..<end)
      }
    }
  }

  func weightGradient(
    input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    weightGradient: UnsafeMutablePointer<Float>
  ) {
    let bands = bands(forwardGather)
    let count = geometry.weightCount
    let sums = pool.shared
    nonisolated(unsafe) let partial = sums  // Disjoint: each band has its own sums.
    pool.parallelFor(bands.count) { tile, _ in
      weightGradientBand.run(
        image: bands.image(of: tile), rows: bands.rows(of: tile), input: input,
        outputGradient: outputGradient, sums: partial + tile * count)
    }
    Reduction.sumParts(
      parts: bands.count, count: count, input: sums, output: weightGradient, pool: pool)
  }
}
