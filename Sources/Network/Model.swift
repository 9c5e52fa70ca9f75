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

  /// Fresh values: a function of the seed and the parameter's name alone.
  package func initialize(seed: UInt64, pool: WorkerPool) {
    let random = RandomStream(
      seed: seed, purpose: .initialization, layer: RandomStream.hash(name))
    specification.initializer.fill(values, from: random, pool: pool)
  }
}

/// A graph with values for all of its parameters. Belongs to one queue at a time.
package final class Model {
  /// A different graph is put in with `adopt`, which sees to the parameters.
  package private(set) var graph: Graph
  /// Layer name → its parameters, in the order of `Layer.parameters(for:)`. A layer without any is
  /// not in it, or has none there.
  package private(set) var parameters: [String: [Parameter]]

  /// - Precondition: `parameters` are those that the graph's layers say they have.
  package init(graph: Graph, parameters: [String: [Parameter]]) {
    for (node, specifications) in zip(graph.nodes, graph.specifications) {
      let found = parameters[node.name] ?? []
      precondition(
        found.map(\.specification) == specifications, "parameters of layer '\(node.name)'")
    }
    self.graph = graph
    self.parameters = parameters
  }

  /// Fresh values for every parameter.
  package convenience init(initializing graph: Graph, seed: UInt64, pool: WorkerPool) {
    var parameters: [String: [Parameter]] = [:]
    for (node, specifications) in zip(graph.nodes, graph.specifications) {
      parameters[node.name] = specifications.map {
        Self.freshParameter(of: node.name, $0, seed: seed, pool: pool)
      }
    }
    self.init(graph: graph, parameters: parameters)
  }

  /// Every parameter, in the order of the layers; those of layers that are not in the graph at the end.
  package var allParameters: [Parameter] {
    let others = parameters.keys.filter { graph.index(of: $0) == nil }.sorted()
    return (graph.nodes.map(\.name) + others).flatMap { parameters[$0] ?? [] }
  }

  /// Fresh values, running statistics included, for the nodes that `isMeant` says.
  /// - Returns: the names of those layers that have parameters.
  @discardableResult
  package func reinitialize(
    seed: UInt64, pool: WorkerPool, where isMeant: (_ node: Int) -> Bool
  ) -> [String] {
    var names: [String] = []
    for (index, node) in graph.nodes.enumerated() where isMeant(index) {
      guard let parameters = parameters[node.name], !parameters.isEmpty else { continue }
      for parameter in parameters { parameter.initialize(seed: seed, pool: pool) }
      names.append(node.name)
    }
    return names
  }

  /// A model of an edited graph over the same parameters, where it has them; this one's own graph
  /// stays as it is. See `adopt`.
  package func edited(to graph: Graph, seed: UInt64, pool: WorkerPool) -> Model {
    let model = Model(graph: self.graph, parameters: parameters)
    model.adopt(graph, seed: seed, pool: pool)
    return model
  }

  /// A model of the same graph with weights of its own, but for layers whose weights do not change, which
  /// both have in common.
  package func branched(sharing isShared: (_ layer: String) -> Bool) -> Model {
    let copies = parameters.mapValues { parameters in
      parameters.map { parameter in
        guard !isShared(parameter.layer) else { return parameter }
        let values = FloatBuffer(count: parameter.values.count)
        values.pointer.update(from: parameter.values.pointer, count: values.count)
        return Parameter(
          layer: parameter.layer, specification: parameter.specification, values: values)
      }
    }
    return Model(graph: graph, parameters: copies)
  }

  /// Changes to an edited graph: layers of the same name with parameters of the same shapes keep
  /// them, new ones get fresh values.
  package func adopt(_ edited: Graph, seed: UInt64, pool: WorkerPool) {
    var kept: [String: [Parameter]] = [:]
    for (node, specifications) in zip(edited.nodes, edited.specifications) {
      if let old = parameters[node.name], old.map(\.specification) == specifications {
        kept[node.name] = old
      } else {
        kept[node.name] = specifications.map {
          Self.freshParameter(of: node.name, $0, seed: seed, pool: pool)
        }
      }
    }
    graph = edited
    parameters = kept
  }

  /// Fresh values for the layers of an edited graph that this model has none for. Its own graph stays as it
  /// is, and with it all values of its layers; others that are not in `edited` go.
  /// - Returns: parameters that are no longer the model's.
  @discardableResult
  package func extend(to edited: Graph, seed: UInt64, pool: WorkerPool) -> [Parameter] {
    var dropped: [Parameter] = []
    for name in parameters.keys.sorted()
    where graph.index(of: name) == nil && edited.index(of: name) == nil {
      dropped += parameters.removeValue(forKey: name) ?? []
    }
    for (node, specifications) in zip(edited.nodes, edited.specifications)
    where parameters[node.name]?.map(\.specification) != specifications {
      precondition(graph.index(of: node.name) == nil, "another layer '\(node.name)'")
      dropped += parameters[node.name] ?? []
      parameters[node.name] = specifications.map {
        Self.freshParameter(of: node.name, $0, seed: seed, pool: pool)
      }
    }
    return dropped
  }

  private static func freshParameter(
    of layer: String, _ specification: ParameterSpecification, seed: UInt64, pool: WorkerPool
  ) -> Parameter {
    let parameter = Parameter(
      layer: layer, specification: specification, values: FloatBuffer(count: specification.count))
    parameter.initialize(seed: seed, pool: pool)
    return parameter
  }
}
