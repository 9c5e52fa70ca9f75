/// A 3×3 convolution of stride 1 by Winograd's F(4×4, 3×3): a quarter of the multiplications, for
/// errors of about 3e-6 of the largest output.
final class WinogradConvolution: ConvolutionKernel {
  private let forwardProduct: WinogradProduct
  private let gradientProduct: WinogradProduct
  private let weightProduct: WinogradWeightGradient

  init(_ geometry: ConvolutionGeometry, pool: WorkerPool) {
    let tiling = WinogradTiling(geometry)
    forwardProduct = WinogradProduct(tiling, weightsAreTurned: false, pool: pool)
    gradientProduct = WinogradProduct(
      WinogradTiling(inputGradientOf: geometry), weightsAreTurned: true, pool: pool)
    weightProduct = WinogradWeightGradient(tiling, pool: pool)
  }

  /// Whether it can run `geometry`.
  static func canRun(_ geometry: ConvolutionGeometry) -> Bool {
    geometry.kernelHeight == 3 && geometry.kernelWidth == 3 && geometry.strideHeight == 1
      && geometry.strideWidth == 1 && geometry.dilationHeight == 1 && geometry.dilationWidth == 1
      && geometry.groups == 1
  }

  var statisticsRows: [Int] { forwardProduct.statisticsRows }

  func forward(
    input: UnsafePointer<Float>, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    affine: ChannelAffine?, activation: Activation, statistics: ChannelStatistics?,
    output: UnsafeMutablePointer<Float>
  ) {
    forwardProduct.run(
      input: input, weights: weights, bias: bias, affine: affine, activation: activation,
      statistics: statistics, output: output)
  }

  func inputGradient(
    outputGradient: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>
  ) {
    gradientProduct.run(
      input: outputGradient, weights: weights, bias: nil, affine: nil,
      activation: .linear, output: inputGradient)
  }

  func weightGradient(
    input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    weightGradient: UnsafeMutablePointer<Float>
  ) {
    weightProduct.run(
      input: input, outputGradient: outputGradient, weightGradient: weightGradient)
  }
}
