/// Convolution as products over tiles of positions: im2col in parts that stay in the cache, or
/// nothing copied at all for 1×1 kernels of stride 1.
final class TiledConvolution: ConvolutionKernel {
  private let geometry: ConvolutionGeometry
  private let pool: WorkerPool
  private let forwardProduct: GatherProduct
  private let gradientProducts: [GatherProduct]
  private let weightProduct: GatherWeightGradient

  init(_ geometry: ConvolutionGeometry, pool: WorkerPool) {
    self.geometry = geometry
    self.pool = pool
    let groups = geometry.groups
    forwardProduct = GatherProduct(.forward(geometry), groups: groups, pool: pool)
    gradientProducts = Gather.inputGradient(geometry).map {
      GatherProduct($0, groups: groups, pool: pool)
    }
    weightProduct = GatherWeightGradient(geometry, pool: pool)
    pool.reserveShared(
      max(forwardProduct.packedCount, gradientProducts.map(\.packedCount).max() ?? 0))
  }

  var statisticsRows: [Int] { forwardProduct.statisticsRows }

  private func pack(
    _ product: GatherProduct, _ weights: UnsafePointer<Float>, transposed: Bool,
    into target: UnsafeMutablePointer<Float>
  ) {
    product.pack(
      weights: weights, outputs: geometry.outputChannels, transposed: transposed, into: target)
  }

  func forward(
    input: UnsafePointer<Float>, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    affine: ChannelAffine?, activation: Activation, statistics: ChannelStatistics?,
    output: UnsafeMutablePointer<Float>
  ) {
    let packed = pool.shared
    pack(forwardProduct, weights, transposed: false, into: packed)
    forwardProduct.run(
      source: input, packed: packed, bias: bias, affine: affine, activation: activation,
      statistics: statistics, target: output)
  }

  func inputGradient(
    outputGradient: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>
  ) {
    let packed = pool.shared
    for product in gradientProducts {
      pack(product, weights, transposed: true, into: packed)
      product.run(
        source: outputGradient, packed: packed, bias: nil, affine: nil, activation: .linear,
        target: inputGradient)
    }
  }

  func weightGradient(
    input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    weightGradient: UnsafeMutablePointer<Float>
  ) {
    weightProduct.run(
      source: input, outputGradient: outputGradient, weightGradient: weightGradient)
  }
}
