import Kernels

/// The nodes of a known architecture in one dialect, in the order in which they are added, each
/// reading the one before unless said otherwise.
struct ArchitectureBuilder {
  let dialect: Dialect
  /// What batch normalisation is in this architecture and dialect.
  let normalization: BatchNormalization
  private(set) var nodes: [Graph.Node] = []
  /// Name of the layer added last; of the graph's input at first.
  private(set) var last = Graph.inputName

  init(_ dialect: Dialect, normalization: BatchNormalization? = nil) {
    self.dialect = dialect
    self.normalization = normalization ?? dialect.normalization()
  }

  /// The name in the builder's dialect.
  func name(keras: String, torchvision: String, timm: String? = nil, slim: String? = nil)
    -> String
  {
    dialect.choose(keras: keras, torchvision: torchvision, timm: timm, slim: slim)
  }

  /// Adds a layer that reads `inputs`, or the layer added last.
  /// - Returns: its name.
  @discardableResult
  mutating func add(_ name: String, _ layer: any Layer, reading inputs: String...) -> String {
    nodes.append(
      Graph.Node(name: name, layer: layer, inputs: inputs.isEmpty ? [last] : inputs))
    last = name
    return name
  }

  /// Adds a layer that reads any number of others.
  /// - Returns: its name.
  @discardableResult
  mutating func add(_ name: String, _ layer: any Layer, readingAll inputs: [String]) -> String {
    nodes.append(Graph.Node(name: name, layer: layer, inputs: inputs))
    last = name
    return name
  }

  /// Adds a convolution and the batch normalisation that follows it.
  /// - Returns: the normalisation's name.
  @discardableResult
  mutating func addConvolution(
    _ name: String, normalization: String, filters: Int, window: Window, groups: Int = 1,
    hasBias: Bool = false, reading input: String? = nil
  ) -> String {
    add(
      name,
      Conv2D(
        filters: filters, window: window, groups: groups, hasBias: hasBias,
        kernelInitialization: .heNormal),
      reading: input ?? last)
    return add(normalization, self.normalization)
  }

  /// Adds a depthwise convolution without bias and the batch normalisation that follows it.
  mutating func addDepthwise(_ name: String, normalization: String, window: Window) {
    add(name, DepthwiseConv2D(window: window, hasBias: false, kernelInitialization: .heNormal))
    add(normalization, self.normalization)
  }

  /// Adds the dense layer that ends a network in so many logits; without classes, nothing.
  mutating func addClassifier(_ name: String, _ classes: Int?) {
    guard let classes else { return }
    add(name, Dense(units: classes))
  }

  func graph(named name: String, inputShape: Shape) throws(GraphError) -> Graph {
    try Graph(name: name, inputShape: inputShape, nodes: nodes)
  }
}
