/// Convolution as products over tiles of positions: im2col in parts that stay in the cache, or
/// nothing copied at all for 1×1 kernels of stride 1.
final class TiledConvolution: ConvolutionKernel {
  private let geometry: ConvolutionGeometry
  private let pool: WorkerPool
  private let forwardProduct: GatherProduct
  private let gradientProducts: [GatherProduct]
  private let weightProduct: GatherWeightGradient
  private var keptForward: FloatBuffer?
  private var keptGradient: [FloatBuffer]?

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

  func keep(weights: UnsafePointer<Float>, for pass: ConvolutionPass) {
    switch pass {
    case .forward:
      let buffer = keptForward ?? FloatBuffer(count: forwardProduct.packedCount)
      pack(forwardProduct, weights, transposed: false, into: buffer.pointer)
      keptForward = buffer
    case .inputGradient:
      let buffers = keptGradient ?? gradientProducts.map { FloatBuffer(count: $0.packedCount) }
      for (product, buffer) in zip(gradientProducts, buffers) {
        pack(product, weights, transposed: true, into: buffer.pointer)
      }
      keptGradient = buffers
    case .weightGradient: break
    }
  }

  private func pack(
    _ product: GatherProduct, _ weights: UnsafePointer<Float>, transposed: Bool,
    into target: UnsafeMutablePointer<Float>
  ) {
    product.pack(
      weights: weights, outputs: geometry.outputChannels, transposed: transposed, into: target)
  }

  func forward(
    input: UnsafePointer<Float>, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    affine: ChannelAffine?, activation: Activation, output: UnsafeMutablePointer<Float>
  ) {
    let packed = keptForward?.pointer ?? pool.shared
    if keptForward == nil { pack(forwardProduct, weights, transposed: false, into: packed) }
    forwardProduct.run(
      source: input, packed: packed, bias: bias, affine: affine, activation: activation,
      target: output)
  }

  func inputGradient(
    outputGradient: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>
  ) {
    for (index, product) in gradientProducts.enumerated() {
      let packed = keptGradient?[index].pointer ?? pool.shared
      if keptGradient == nil { pack(product, weights, transposed: true, into: packed) }
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
