import Kernels

/// One parameter of one layer, with its values.
package final class Parameter {
  /// The layer that owns it.
  package let layer: String
  package let specification: ParameterSpecification
  package let values: FloatBuffer

  /// `conv1/kernel`: unique in a graph, and its key in checkpoints.
  package var name: String { "\(layer)/\(specification.name)" }

  package init(layer: String, specification: ParameterSpecification, values: FloatBuffer) {
    precondition(values.count == specification.count, "\(layer)/\(specification.name)")
    self.layer = layer
    self.specification = specification
    self.values = values
  }
}

/// A graph with values for all of its parameters. Belongs to one queue at a time.
package final class Model {
  package var graph: Graph
  /// Layer name → its parameters, in the order of `Layer.parameters(for:)`.
  package var parameters: [String: [Parameter]]

  package init(graph: Graph, parameters: [String: [Parameter]]) {
    self.graph = graph
    self.parameters = parameters
  }

  /// Every parameter, in the order of the layers.
  package var allParameters: [Parameter] {
    graph.nodes.flatMap { parameters[$0.name] ?? [] }
  }
}
