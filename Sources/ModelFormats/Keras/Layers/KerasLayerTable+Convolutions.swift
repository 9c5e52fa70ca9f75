import Kernels
import Network

extension KerasLayerTable {
  static let convolutions = [
    KerasLayerRow(
      "Conv2D", "Convolution2D", weights: [KerasWeight("kernel"), .bias],
      read: KerasLayerReading.convolution),
    KerasLayerRow(
      "DepthwiseConv2D",
      weights: [KerasWeight("depthwise_kernel", "kernel", is: "kernel"), .bias],
      read: KerasLayerReading.depthwiseConvolution),
    KerasLayerRow(
      "SeparableConv2D", "SeparableConvolution2D",
      weights: [
        KerasWeight("depthwise_kernel", is: "kernel"),
        KerasWeight("pointwise_kernel", part: 1, is: "kernel"), KerasWeight("bias", part: 1),
      ], read: KerasLayerReading.separableConvolution),
  ]
}

extension KerasLayerReading {
  fileprivate func convolution() throws(UnexpectedContent) -> [Part] {
    let (function, softmax) = try convolutionActivation()
    return [
      Part(
        layer: Conv2D(
          filters: try layer.integer("filters"), window: try kernelWindow(),
          groups: try layer.integer("groups", default: 1),
          hasBias: try layer.flag("use_bias", default: true), activation: function))
    ] + softmax
  }

  fileprivate func depthwiseConvolution() throws(UnexpectedContent) -> [Part] {
    let (function, softmax) = try convolutionActivation()
    return [
      Part(
        layer: DepthwiseConv2D(
          window: try kernelWindow(), multiplier: try layer.integer("depth_multiplier", default: 1),
          hasBias: try layer.flag("use_bias", default: true), activation: function))
    ] + softmax
  }

  fileprivate func separableConvolution() throws(UnexpectedContent) -> [Part] {
    let (function, softmax) = try convolutionActivation()
    let separable = SeparableConv2D(
      filters: try layer.integer("filters"), window: try kernelWindow(),
      multiplier: try layer.integer("depth_multiplier", default: 1),
      hasBias: try layer.flag("use_bias", default: true), activation: function)
    return separable.nodes(name: "", input: Graph.inputName).map {
      Part(suffix: $0.name, layer: $0.layer)
    } + softmax
  }

  private func kernelWindow() throws(UnexpectedContent) -> Window {
    try window(
      size: try layer.pair("kernel_size"), strides: try layer.pair("strides", default: (1, 1)))
  }

  /// A softmax is a layer of its own.
  private func convolutionActivation() throws(UnexpectedContent) -> (Activation, [Part]) {
    let (function, isSoftmax) = try activation()
    return (function, isSoftmax ? [Part(suffix: "_softmax", layer: Softmax())] : [])
  }
}
