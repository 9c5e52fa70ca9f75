extension Reference {
  /// Calls `body(input index, weight index, output index)` for each multiply-add of `geometry`.
  private static func forEachProduct(
    _ geometry: ConvolutionGeometry, _ body: (_ input: Int, _ weight: Int, _ output: Int) -> Void
  ) {
    let g = geometry
    for n in 0..<g.batch {
      for oy in 0..<g.outputHeight {
        for ox in 0..<g.outputWidth {
          for ky in 0..<g.kernelHeight {
            for kx in 0..<g.kernelWidth {
              let y = oy * g.strideHeight + ky * g.dilationHeight - g.padding.top
              let x = ox * g.strideWidth + kx * g.dilationWidth - g.padding.left
              guard y >= 0, y < g.inputHeight, x >= 0, x < g.inputWidth else { continue }
              let pixel = (n * g.inputHeight + y) * g.inputWidth + x
              let position = (n * g.outputHeight + oy) * g.outputWidth + ox
              for o in 0..<g.outputChannels {
                let group = o / g.groupOutputs
                for i in 0..<g.groupInputs {
                  let tap = (ky * g.kernelWidth + kx) * g.groupInputs + i
                  body(
                    pixel * g.inputChannels + group * g.groupInputs + i,
                    tap * g.outputChannels + o, position * g.outputChannels + o)
                }
              }
            }
          }
        }
      }
    }
  }

  package static func convolution(
    _ geometry: ConvolutionGeometry, input: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    bias: UnsafePointer<Float>? = nil, affine: ChannelAffine? = nil,
    activation: Activation = .linear, output: UnsafeMutablePointer<Float>
  ) {
    var sums = [Double](repeating: 0, count: geometry.outputCount)
    forEachProduct(geometry) { i, w, o in sums[o] += Double(input[i]) * Double(weights[w]) }
    for o in 0..<sums.count {
      let channel = o % geometry.outputChannels
      var value = sums[o] + (bias.map { Double($0[channel]) } ?? 0)
      if let affine {
        value = value * Double(affine.factor[channel]) + Double(affine.offset[channel])
      }
      output[o] = Float(Reference.activation(activation, value))
    }
  }

  package static func convolutionInputGradient(
    _ geometry: ConvolutionGeometry, outputGradient: UnsafePointer<Float>,
    weights: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>
  ) {
    var sums = [Double](repeating: 0, count: geometry.inputCount)
    forEachProduct(geometry) { i, w, o in
      sums[i] += Double(outputGradient[o]) * Double(weights[w])
    }
    for i in 0..<sums.count { inputGradient[i] = Float(sums[i]) }
  }

  package static func convolutionWeightGradient(
    _ geometry: ConvolutionGeometry, input: UnsafePointer<Float>,
    outputGradient: UnsafePointer<Float>, weightGradient: UnsafeMutablePointer<Float>
  ) {
    var sums = [Double](repeating: 0, count: geometry.weightCount)
    forEachProduct(geometry) { i, w, o in
      sums[w] += Double(input[i]) * Double(outputGradient[o])
    }
    for w in 0..<sums.count { weightGradient[w] = Float(sums[w]) }
  }
}

/// The reference as one of the implementations.
final class ReferenceConvolution: ConvolutionKernel {
  private let geometry: ConvolutionGeometry

  init(_ geometry: ConvolutionGeometry) {
    self.geometry = geometry
  }

  var statisticsRows: [Int] { [geometry.batch * geometry.outputPositions] }

  func forward(
    input: UnsafePointer<Float>, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    affine: ChannelAffine?, activation: Activation, statistics: ChannelStatistics?,
    output: UnsafeMutablePointer<Float>
  ) {
    Reference.convolution(
      geometry, input: input, weights: weights, bias: bias, affine: affine,
      activation: activation, output: output)
    statistics?.gather(
      part: 0, rows: statisticsRows[0], channels: 0..<geometry.outputChannels, input: output,
      stride: geometry.outputChannels)
  }

  func inputGradient(
    outputGradient: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>
  ) {
    Reference.convolutionInputGradient(
      geometry, outputGradient: outputGradient, weights: weights, inputGradient: inputGradient)
  }

  func weightGradient(
    input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    weightGradient: UnsafeMutablePointer<Float>
  ) {
    Reference.convolutionWeightGradient(
      geometry, input: input, outputGradient: outputGradient, weightGradient: weightGradient)
  }
}
