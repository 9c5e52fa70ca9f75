import Kernels

/// A convolution of any number of groups, with bias and activation: what `Conv2D` and
/// `DepthwiseConv2D` run as.
final class ConvolutionOperation: Operation {
  private let kernel: Convolution
  private let hasBias: Bool
  private let epilogue: ActivationEpilogue
  private let site: OperationSite

  init(
    window: Window, groups: Int, filters: Int, hasBias: Bool, activation: Activation,
    site: OperationSite
  ) {
    let input = site.inputs[0].dimensions
    kernel = Convolution(
      ConvolutionGeometry(
        batch: site.batch, inputHeight: input[0], inputWidth: input[1], inputChannels: input[2],
        outputChannels: filters, kernelHeight: window.height, kernelWidth: window.width,
        strideHeight: window.strideHeight, strideWidth: window.strideWidth,
        dilationHeight: window.dilationHeight, dilationWidth: window.dilationWidth,
        padding: window.padding(at: site), groups: groups),
      crossesImages: site.crossesImages, pool: site.pool)
    self.hasBias = hasBias
    epilogue = ActivationEpilogue(activation, site)
    self.site = site
  }

  var savedCount: Int { epilogue.savedCount }

  /// The input is for the kernel's gradient alone, which a frozen layer is never asked for.
  var backwardReads: BackwardReads {
    site.mode == .training ? epilogue.backwardReads.union(.inputs) : epilogue.backwardReads
  }

  func forward(_ pass: ForwardPass) {
    epilogue.forward(pass) { activation, output in
      kernel.forward(
        input: pass.inputs[0], weights: pass.parameters[0],
        bias: hasBias ? UnsafePointer(pass.parameters[1]) : nil, activation: activation,
        output: output)
    }
  }

  func backward(_ pass: BackwardPass) {
    epilogue.backward(pass)
    if hasBias, let gradient = pass.parameterGradients[1] {
      Reduction.sumRows(
        rows: site.batch * site.output.positions, columns: site.output.channels,
        input: pass.outputGradient, output: gradient, pool: site.pool)
    }
    if let gradient = pass.parameterGradients[0] {
      kernel.weightGradient(
        input: pass.inputs[0], outputGradient: pass.outputGradient, weightGradient: gradient)
    }
    if let gradient = pass.inputGradients[0] {
      kernel.inputGradient(
        outputGradient: pass.outputGradient, weights: pass.parameters[0], inputGradient: gradient)
    }
  }
}
