import Kernels

/// Nodes in the order in which they are added, each reading the one before unless said otherwise.
struct GraphBuilder {
  private(set) var nodes: [Graph.Node] = []
  /// Name of the layer added last; of the graph's input at first.
  private(set) var last = Graph.inputName

  /// Adds a layer that reads `input`, or the layer added last.
  /// - Returns: its name.
  @discardableResult
  mutating func add(_ name: String, _ layer: any Layer, reading inputs: String...) -> String {
    nodes.append(
      Graph.Node(name: name, layer: layer, inputs: inputs.isEmpty ? [last] : inputs))
    last = name
    return name
  }

  /// Adds a convolution without bias and the batch normalisation that follows it.
  /// - Returns: the normalisation's name.
  @discardableResult
  mutating func addConvolution(
    _ name: String, normalization: String, filters: Int, window: Window,
    reading input: String? = nil
  ) -> String {
    add(
      name,
      Conv2D(filters: filters, window: window, hasBias: false, kernelInitialization: .heNormal),
      reading: input ?? last)
    return add(normalization, Zoo.normalization)
  }

  /// Adds a depthwise convolution without bias and the batch normalisation that follows it.
  @discardableResult
  mutating func addDepthwise(
    _ name: String, normalization: String, window: Window
  ) -> String {
    add(name, DepthwiseConv2D(window: window, hasBias: false, kernelInitialization: .heNormal))
    return add(normalization, Zoo.normalization)
  }

  func graph(named name: String, inputShape: Shape) throws(GraphError) -> Graph {
    try Graph(name: name, inputShape: inputShape, nodes: nodes)
  }
}
