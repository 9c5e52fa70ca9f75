import Kernels

/// A depthwise convolution and a 1×1 convolution after it, which frameworks keep as one layer. In a
/// graph they are two, `NAME_depthwise` and `NAME`, so that each can be seen and frozen.
package struct SeparableConv2D: Sendable {
  package var filters: Int
  package var window: Window
  package var multiplier: Int
  package var hasBias: Bool
  package var activation: Activation

  package init(
    filters: Int, window: Window, multiplier: Int = 1, hasBias: Bool = true,
    activation: Activation = .linear
  ) {
    self.filters = filters
    self.window = window
    self.multiplier = multiplier
    self.hasBias = hasBias
    self.activation = activation
  }

  /// The two layers; the second carries the name, the bias and the activation.
  package func nodes(name: String, input: String) -> [Graph.Node] {
    let depthwise = DepthwiseConv2D(window: window, multiplier: multiplier, hasBias: false)
    let pointwise = Conv2D(
      filters: filters, window: Window(1), hasBias: hasBias, activation: activation)
    return [
      Graph.Node(name: Self.depthwiseName(of: name), layer: depthwise, inputs: [input]),
      Graph.Node(name: name, layer: pointwise, inputs: [Self.depthwiseName(of: name)]),
    ]
  }

  /// Name of the depthwise half of the layer `name`.
  package static func depthwiseName(of name: String) -> String { name + "_depthwise" }
}
