import Kernels

/// A directed acyclic graph of named layers in topological order, with one input and one output,
/// channels last. Every graph that exists is valid; an edit makes a new one.
package struct Graph: Sendable {
  package struct Node: Sendable {
    package let name: String
    package var layer: any Layer
    /// Names of the layers whose outputs this one reads; `Graph.inputName` for the graph's input.
    package var inputs: [String]

    package init(name: String, layer: any Layer, inputs: [String]) {
      self.name = name
      self.layer = layer
      self.inputs = inputs
    }
  }

  /// The graph's own input, as a node's `inputs` name it. Never a layer's name.
  package static let inputName = ""
  /// The most parameters of a whole graph: 8 GB of them.
  package static let parameterLimit = 1 << 31

  package var name: String
  package let inputShape: Shape
  /// In topological order; the last one is the output.
  package let nodes: [Node]
  /// Shape of each node's output, in the order of `nodes`.
  package let shapes: [Shape]
  /// What each node reads, in the order of `nodes`: indices into `nodes`, `nil` for the graph's
  /// input.
  package let inputIndices: [[Int?]]
  /// The nodes that read each node's output, in order, in the order of `nodes`. One that reads it
  /// twice stands there twice.
  package let consumers: [[Int]]
  /// The parameters of each node, in the order of `nodes`.
  package let specifications: [[ParameterSpecification]]

  private let indices: [String: Int]

  /// - Throws: `GraphError` for a duplicate name, an input that comes later or not at all, a layer
  ///   that does not lead to the output, inputs that do not fit, or sizes beyond all reason.
  package init(name: String, inputShape: Shape, nodes: [Node]) throws(GraphError) {
    guard !nodes.isEmpty else { throw .empty }
    do { try inputShape.checkedAsOutput() } catch { throw .inputShape(error) }

    var shapes: [Shape] = []
    var specifications: [[ParameterSpecification]] = []
    var inputIndices: [[Int?]] = []
    var consumers = [[Int]](repeating: [], count: nodes.count)
    var indices: [String: Int] = [:]
    var parameters = 0
    for (index, node) in nodes.enumerated() {
      guard node.name != Self.inputName, indices[node.name] == nil else {
        throw .duplicateName(node.name)
      }
      var reads: [Int?] = []
      for input in node.inputs {
        let source = indices[input]
        guard source != nil || input == Self.inputName else {
          throw .unknownInput(layer: node.name, input: input)
        }
        if let source { consumers[source].append(index) }
        reads.append(source)
      }
      let inputs = reads.map { source in source.map { shapes[$0] } ?? inputShape }
      do {
        shapes.append(try node.layer.outputShape(for: inputs).checkedAsOutput())
      } catch {
        throw .shape(layer: node.name, kind: node.layer.kind, error)
      }
      specifications.append(node.layer.parameters(for: inputs))
      parameters += specifications[index].reduce(0) { $0 + $1.count }
      guard parameters <= Self.parameterLimit else { throw .tooManyParameters(layer: node.name) }
      inputIndices.append(reads)
      indices[node.name] = index
    }
    for index in nodes.indices.dropLast() where consumers[index].isEmpty {
      throw .leadsNowhere(nodes[index].name)
    }
    self.name = name
    self.inputShape = inputShape
    self.nodes = nodes
    self.shapes = shapes
    self.specifications = specifications
    self.inputIndices = inputIndices
    self.consumers = consumers
    self.indices = indices
  }

  package var outputShape: Shape { shapes[shapes.count - 1] }

  /// Place of the layer called `name` in `nodes`.
  package func index(of name: String) -> Int? { indices[name] }

  /// Shapes of what node `index` reads.
  package func inputShapes(of index: Int) -> [Shape] {
    inputIndices[index].map { source in source.map { shapes[$0] } ?? inputShape }
  }

  /// Number of all parameters' values, running statistics included.
  package var parameterCount: Int {
    specifications.joined().reduce(0) { $0 + $1.count }
  }

  /// Number of the values that a gradient is computed for.
  package var trainableParameterCount: Int {
    specifications.joined().reduce(0) { $0 + ($1.isTrainable ? $1.count : 0) }
  }

  /// The nodes among `nodes` that the one called `output` depends on, itself included, in order:
  /// for readers of files that hold more than the way to one output.
  package static func nodes(leadingTo output: String, among nodes: [Node]) -> [Node] {
    var needed: Set<String> = [output]
    var kept: [Node] = []
    for node in nodes.reversed() where needed.contains(node.name) {
      needed.formUnion(node.inputs)
      kept.append(node)
    }
    return kept.reversed()
  }
}

package enum GraphError: Error, Equatable, CustomStringConvertible {
  case empty
  case inputShape(ShapeError)
  case duplicateName(String)
  case unknownInput(layer: String, input: String)
  case shape(layer: String, kind: String, ShapeError)
  case leadsNowhere(String)
  case tooManyParameters(layer: String)
  // Edits.
  case noSuchLayer(String)
  case noDropout(String)
  case nothingFollows(String)

  package var description: String {
    switch self {
    case .empty: "the model has no layers"
    case .inputShape(let error): "the model's input: \(error)"
    case .duplicateName(""): "a layer has no name"
    case .duplicateName(let name): "two layers are called '\(name)'"
    case .unknownInput(let layer, let input):
      "layer '\(layer)' reads '\(input)', which no earlier layer is called"
    case .shape(let layer, let kind, let error): "layer '\(layer)' (\(kind)): \(error)"
    case .leadsNowhere(let layer): "layer '\(layer)' does not lead to the model's output"
    case .tooManyParameters(let layer):
      "up to layer '\(layer)' the model has more than \(Graph.parameterLimit) parameters"
    case .noSuchLayer(let layer): "the model has no layer '\(layer)'"
    case .noDropout(let layer): "layer '\(layer)' is no dropout layer"
    case .nothingFollows(let layer):
      "layer '\(layer)' is the model's output, which no dropout may follow"
    }
  }
}
