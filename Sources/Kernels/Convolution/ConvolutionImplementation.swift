/// What a convolution is asked for.
package enum ConvolutionPass: String, CaseIterable, Sendable {
  case forward, inputGradient, weightGradient
}

/// The ways to compute a convolution, the fastest first, the reference last.
package enum ConvolutionImplementation: String, CaseIterable, Sendable {
  /// Channel by channel, where each has one output of its own.
  case depthwise
  /// A product over positions, where they lie: 1×1, stride 1.
  case pointwise
  /// Winograd's F(4×4, 3×3): 3×3, stride 1. Ahead of `tiled` in every pass of every layer that
  /// `thaw-bench kernels` times, from 1.1 times its rate (14², 32 channels) to 3 (56², 64 channels).
  case winograd
  /// Products over tiles of positions that are copied side by side first.
  case tiled
  /// The obvious loops, in double precision; for tests.
  case reference

  /// The first that can run it: a fixed rule, never a timing. What is fastest forward is so in the
  /// gradients as well.
  ///
  /// It must not read the batch either, or an image alone would not be the same bits as in a batch.
  /// So a single image of 7², 512 channels runs at 0.6 to 0.75 times what `tiled` reaches there: the
  /// weights' transform is not shared. Sixteen of them run at 1.7 to 2 times.
  package static func fastest(for geometry: ConvolutionGeometry) -> ConvolutionImplementation {
    allCases.first { $0.canRun(geometry) } ?? .reference
  }

  /// Whether this one can run `geometry` at all.
  package func canRun(_ geometry: ConvolutionGeometry) -> Bool {
    switch self {
    case .depthwise: geometry.isDepthwise && geometry.outputChannels == geometry.inputChannels
    case .pointwise: geometry.isPointwise
    case .winograd: WinogradConvolution.canRun(geometry)
    case .tiled: !geometry.isPointwise
    case .reference: true
    }
  }

  func makeKernel(_ geometry: ConvolutionGeometry, pool: WorkerPool) -> any ConvolutionKernel {
    switch self {
    case .depthwise: DepthwiseConvolution(geometry, pool: pool)
    case .pointwise, .tiled: TiledConvolution(geometry, pool: pool)
    case .winograd: WinogradConvolution(geometry, pool: pool)
    case .reference: ReferenceConvolution(geometry)
    }
  }
}

/// One implementation, prepared for one geometry. Same meanings as `Convolution`'s methods.
protocol ConvolutionKernel: AnyObject {
  /// Output positions of each part of the statistics that `forward` can gather.
  var statisticsRows: [Int] { get }

  /// - Parameter statistics: filled, part by part, with those of the output.
  func forward(
    input: UnsafePointer<Float>, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    affine: ChannelAffine?, activation: Activation, statistics: ChannelStatistics?,
    output: UnsafeMutablePointer<Float>)
  func inputGradient(
    outputGradient: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>)
  func weightGradient(
    input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    weightGradient: UnsafeMutablePointer<Float>)
}
