import JSON
import Kernels
import Network

extension KerasLayerTable {
  static let convolutions = [
    KerasLayerRow(
      "Conv2D", "Convolution2D", weights: [KerasWeight("kernel"), .bias],
      read: KerasLayerReading.convolution,
      write: KerasLayerWriter(Conv2D.self, KerasLayerWriting.convolution)),
    KerasLayerRow(
      "DepthwiseConv2D",
      weights: [KerasWeight("depthwise_kernel", "kernel", is: "kernel"), .bias],
      read: KerasLayerReading.depthwiseConvolution,
      write: KerasLayerWriter(DepthwiseConv2D.self, KerasLayerWriting.depthwiseConvolution)),
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

extension KerasLayerWriting {
  fileprivate func convolution(_ layer: Conv2D) throws(UnexpectedContent) -> [Written] {
    var (written, settings) = try convolutionWindow(layer.window)
    settings["filters"] = .whole(layer.filters)
    settings["groups"] = .whole(layer.groups)
    settings["use_bias"] = .bool(layer.hasBias)
    written += activated(
      Written(className: "Conv2D", configuration: settings), layer.activation)
    return written
  }

  fileprivate func depthwiseConvolution(_ layer: DepthwiseConv2D) throws(UnexpectedContent)
    -> [Written]
  {
    guard layer.window.strideHeight == layer.window.strideWidth else {
      throw lacking("one stride for both directions", found: layer.window.description)
    }
    var (written, settings) = try convolutionWindow(layer.window)
    settings["depth_multiplier"] = .whole(layer.multiplier)
    settings["use_bias"] = .bool(layer.hasBias)
    written += activated(
      Written(className: "DepthwiseConv2D", configuration: settings), layer.activation)
    return written
  }
}
