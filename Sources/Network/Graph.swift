import Kernels

/// A directed acyclic graph of named layers in topological order, with one input and one output,
/// channels last.
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

  package var name: String
  package let inputShape: Shape
  /// In topological order; the last one is the output.
  package private(set) var nodes: [Node]
  /// Shape of each node's output, in the order of `nodes`.
  package private(set) var shapes: [Shape]

  /// - Throws: `GraphError` for a duplicate name, an input that comes later or not at all, a layer
  ///   that nothing leads to, or inputs that do not fit.
  package init(name: String, inputShape: Shape, nodes: [Node]) throws {
    self.name = name
    self.inputShape = inputShape
    self.nodes = nodes
    shapes = []
    var known = [Self.inputName: inputShape]
    for node in nodes {
      guard known[node.name] == nil else { throw GraphError.duplicateName(node.name) }
      let inputs = try node.inputs.map { input in
        guard let shape = known[input] else {
          throw GraphError.unknownInput(layer: node.name, input: input)
        }
        return shape
      }
      do {
        let shape = try node.layer.outputShape(for: inputs)
        known[node.name] = shape
        shapes.append(shape)
      } catch {
        throw GraphError.shape(layer: node.name, kind: node.layer.kind, error)
      }
    }
    guard !nodes.isEmpty else { throw GraphError.empty }
  }

  package var outputShape: Shape { shapes[shapes.count - 1] }

  package func index(of name: String) -> Int? {
    nodes.firstIndex { $0.name == name }
  }

  /// Shapes of what node `index` reads.
  package func inputShapes(of index: Int) -> [Shape] {
    nodes[index].inputs.map { input in
      input == Self.inputName ? inputShape : shapes[self.index(of: input)!]
    }
  }
}

package enum GraphError: Error, Equatable, CustomStringConvertible {
  case empty
  case duplicateName(String)
  case unknownInput(layer: String, input: String)
  case shape(layer: String, kind: String, ShapeError)

  package var description: String {
    switch self {
    case .empty: "the model has no layers"
    case .duplicateName(let name): "two layers are called '\(name)'"
    case .unknownInput(let layer, let input):
      "layer '\(layer)' reads '\(input)', which no earlier layer is called"
    case .shape(let layer, let kind, let error): "layer '\(layer)' (\(kind)): \(error)"
    }
  }
}
