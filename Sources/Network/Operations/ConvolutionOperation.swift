import Kernels

/// A convolution of any number of groups, with bias, a batch-norm of fixed statistics and an
/// activation: what `Conv2D` and `DepthwiseConv2D` run as, alone or with what follows them.
package final class ConvolutionOperation: Operation {
  private let kernel: Convolution
  private let hasBias: Bool
  private let normalization: (layer: BatchNormalization, kernel: BatchNormalizationKernel)?
  private let epilogue: ActivationEpilogue
  private let site: OperationSite

  init(
    window: Window, groups: Int, filters: Int, hasBias: Bool,
    normalization: BatchNormalization? = nil, activation: Activation, site: OperationSite
  ) {
    let input = site.inputs[0].dimensions
    kernel = Convolution(
      ConvolutionGeometry(
        batch: site.batch, inputHeight: input[0], inputWidth: input[1], inputChannels: input[2],
        outputChannels: filters, kernelHeight: window.height, kernelWidth: window.width,
        strideHeight: window.strideHeight, strideWidth: window.strideWidth,
        dilationHeight: window.dilationHeight, dilationWidth: window.dilationWidth,
        padding: window.padding(at: site), groups: groups),
      pool: site.pool)
    self.hasBias = hasBias
    self.normalization = normalization.map { layer in
      (layer, layer.makeKernel(at: site))
    }
    epilogue = ActivationEpilogue(activation, site)
    self.site = site
  }

  package var multiplyAdds: Double { kernel.geometry.operations / 2 }
  package var savedCount: Int { epilogue.savedCount }

  /// The input is for the kernel's gradient alone, which a frozen layer is never asked for.
  package var backwardReads: BackwardReads {
    site.mode == .training ? epilogue.backwardReads.union(.inputs) : epilogue.backwardReads
  }

  package func forward(_ pass: ForwardPass) {
    let affine = normalization.map { layer, kernel in
      layer.values(in: pass.parameters.dropFirst(parameterCount)).inferenceAffine(kernel)
    }
    epilogue.forward(pass) { activation, output in
      kernel.forward(
        input: pass.inputs[0], weights: pass.parameters[0],
        bias: hasBias ? UnsafePointer(pass.parameters[1]) : nil, affine: affine,
        activation: activation, output: output)
    }
  }

  /// Of the convolution itself.
  var parameterCount: Int { hasBias ? 2 : 1 }

  /// Makes room for what `forwardGathering` gathers.
  func reserveStatistics() { kernel.reserveStatistics() }

  /// The convolution and its bias alone, and the statistics of what comes out.
  func forwardGathering(
    _ pass: ForwardPass, output: UnsafeMutablePointer<Float>
  ) -> ConvolutionStatistics {
    kernel.forwardGathering(
      input: pass.inputs[0], weights: pass.parameters[0],
      bias: hasBias ? UnsafePointer(pass.parameters[1]) : nil, output: output)
  }

  /// Never with a batch-norm: one of fixed statistics is part of this only where no gradient goes.
  package func backward(_ pass: BackwardPass) {
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
