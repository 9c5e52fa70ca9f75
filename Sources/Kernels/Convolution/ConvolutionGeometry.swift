/// The sizes of one convolution. Data is `[batch, height, width, channels]`, weights
/// `[kernelHeight, kernelWidth, inputChannels / groups, outputChannels]`, as in Keras.
///
/// A depthwise convolution is one with `groups == inputChannels`: Keras' depthwise weights
/// `[kernelHeight, kernelWidth, channels, multiplier]` are the same values in the same order.
package struct ConvolutionGeometry: Hashable, Sendable {
  package let batch: Int
  package let inputHeight: Int
  package let inputWidth: Int
  package let inputChannels: Int
  package let outputChannels: Int
  package let kernelHeight: Int
  package let kernelWidth: Int
  package let strideHeight: Int
  package let strideWidth: Int
  package let dilationHeight: Int
  package let dilationWidth: Int
  package let padding: Padding
  package let groups: Int
  package let outputHeight: Int
  package let outputWidth: Int

  package init(
    batch: Int, inputHeight: Int, inputWidth: Int, inputChannels: Int, outputChannels: Int,
    kernelHeight: Int, kernelWidth: Int, strideHeight: Int = 1, strideWidth: Int = 1,
    dilationHeight: Int = 1, dilationWidth: Int = 1, padding: Padding = .none, groups: Int = 1
  ) {
    precondition(
      batch > 0 && inputHeight > 0 && inputWidth > 0 && inputChannels > 0 && outputChannels > 0
        && kernelHeight > 0 && kernelWidth > 0 && strideHeight > 0 && strideWidth > 0
        && dilationHeight > 0 && dilationWidth > 0 && groups > 0,
      "sizes of a convolution must be positive")
    precondition(
      inputChannels % groups == 0 && outputChannels % groups == 0,
      "\(groups) groups do not divide \(inputChannels) and \(outputChannels) channels")
    self.batch = batch
    self.inputHeight = inputHeight
    self.inputWidth = inputWidth
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.kernelHeight = kernelHeight
    self.kernelWidth = kernelWidth
    self.strideHeight = strideHeight
    self.strideWidth = strideWidth
    self.dilationHeight = dilationHeight
    self.dilationWidth = dilationWidth
    self.padding = padding
    self.groups = groups
    outputHeight = Self.outputs(
      size: inputHeight, kernel: kernelHeight, stride: strideHeight, dilation: dilationHeight,
      before: padding.top, after: padding.bottom)
    outputWidth = Self.outputs(
      size: inputWidth, kernel: kernelWidth, stride: strideWidth, dilation: dilationWidth,
      before: padding.left, after: padding.right)
    precondition(
      outputHeight > 0 && outputWidth > 0,
      "a \(kernelHeight)×\(kernelWidth) kernel does not fit \(inputHeight)×\(inputWidth)")
  }

  /// Output positions along one axis; 0 or less where the kernel does not fit.
  package static func outputs(
    size: Int, kernel: Int, stride: Int, dilation: Int = 1, before: Int, after: Int
  ) -> Int {
    let room = size + before + after - (kernel - 1) * dilation - 1
    return room < 0 ? 0 : room / stride + 1
  }

  package var inputCount: Int { batch * inputHeight * inputWidth * inputChannels }
  package var outputCount: Int { batch * outputHeight * outputWidth * outputChannels }
  package var weightCount: Int { kernelHeight * kernelWidth * groupInputs * outputChannels }
  /// Input channels of one group.
  package var groupInputs: Int { inputChannels / groups }
  /// Output channels of one group.
  package var groupOutputs: Int { outputChannels / groups }
  /// Output positions of one image.
  package var outputPositions: Int { outputHeight * outputWidth }
  /// Length of the weights of one output: kernel positions times input channels of its group.
  package var patchCount: Int { kernelHeight * kernelWidth * groupInputs }
  /// One group per input channel.
  package var isDepthwise: Bool { groups == inputChannels && groups > 1 }
  /// 1×1, stride 1, no padding, one group: a plain product over positions.
  package var isPointwise: Bool {
    kernelHeight == 1 && kernelWidth == 1 && strideHeight == 1 && strideWidth == 1
      && padding == .none && groups == 1
  }
  /// Multiply-adds of one pass, times two: the unit of "effective GFLOP/s".
  package var operations: Double {
    2 * Double(outputCount) * Double(patchCount)
  }
}
