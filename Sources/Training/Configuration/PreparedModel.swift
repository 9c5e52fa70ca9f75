import EngineInterface
import Files
import Kernels
import Network

/// A model made ready for a run: its head replaced where asked for, its final softmax taken off,
/// and the options' patterns turned into settings. The same configuration, model and classes always
/// give the same.
package struct PreparedModel {
  /// Gives logits.
  package let model: Model
  /// What the run starts with.
  package let settings: TuningSettings
  /// Layers of a new head; empty where the model's own stays.
  package let newLayers: [String]
  /// What was done, as sentences for a person.
  package let notices: [String]
  private let answer: Answer

  /// What comes after the logits where a model is used.
  private enum Answer {
    case softmax(FinalSoftmax)
    case newSoftmax
    case nothing
  }

  /// - Parameters:
  ///   - model: is changed.
  ///   - classes: how many classes the data has.
  /// - Throws: `ConfigurationError`, `GraphError`, `MemoryShortage`.
  package init(
    _ model: Model, configuration: EngineConfiguration, classes: Int, pool: WorkerPool
  ) throws {
    self.model = model
    var notices: [String] = []
    let softmax = model.graph.removingFinalSoftmax()
    let outputs = configuration.head?.outputs ?? classes
    if configuration.head != nil || model.graph.outputShape.count != classes {
      guard outputs >= classes else {
        throw ConfigurationError(
          option: "head", expected: "at least \(classes) outputs, one for each class",
          found: "\(outputs)")
      }
      let hidden = configuration.head?.hidden ?? []
      let (graph, added, removed) = try model.graph.withHead(outputs: outputs, hidden: hidden)
      if configuration.head == nil {
        notices.append(
          "the data has \(classes) classes and the network \(model.graph.outputShape.count) "
            + "outputs: \(removed.joined(separator: ", ")) replaced by \(added.last!)")
      }
      // The old head's go when the new one's stand.
      try MemoryShortage.check(
        graph.parameterCount(of: added) * MemoryLayout<Float>.stride,
        for: "a head of \(outputs) outputs on \(graph.name)")
      newLayers = added
      answer = .newSoftmax
      model.adopt(graph, seed: configuration.seed, pool: pool)
    } else {
      newLayers = []
      answer = softmax.map { .softmax($0.softmax) } ?? .nothing
      if let graph = softmax?.graph {
        model.adopt(graph, seed: configuration.seed, pool: pool)
      }
    }
    guard model.graph.outputShape.positions == 1 else {
      throw ConfigurationError(
        option: "head", expected: "a network that ends in one row of outputs; --head makes it so",
        found: model.graph.outputShape.description)
    }
    if !configuration.reinitialize.isEmpty {
      for pattern in configuration.reinitialize {
        let names = model.reinitialize(
          layersMatching: [LayerPattern(pattern)], seed: configuration.seed, pool: pool)
        guard !names.isEmpty else {
          throw ConfigurationError(
            option: "reinitialize", expected: "a pattern that names a layer with parameters",
            found: pattern)
        }
      }
    }
    settings = try InitialSettings(
      configuration, graph: model.graph, newLayers: newLayers
    ).settings
    self.notices = notices
  }

  /// The graph that answers as the model's last layer would: the run's, with the softmax that
  /// training took off. A new head gets one.
  package func answerGraph() throws -> Graph {
    switch answer {
    case .softmax(let softmax): try model.graph.restoring(softmax)
    case .newSoftmax: try model.graph.endingInSoftmax()
    case .nothing: model.graph
    }
  }
}

extension Graph {
  fileprivate func parameterCount(of layers: [String]) -> Int {
    layers.compactMap(index).flatMap { specifications[$0] }.reduce(0) { $0 + $1.count }
  }

  /// The graph with a new head, hidden dense layers before the output where wanted.
  fileprivate func withHead(
    outputs: Int, hidden: [Int]
  ) throws -> (graph: Graph, added: [String], removed: [String]) {
    let replacement = try replacingHead(outputs: outputs)
    guard !hidden.isEmpty else {
      return (replacement.graph, replacement.added, replacement.removed)
    }
    let graph = replacement.graph
    var nodes = Array(graph.nodes.dropLast())
    var last = graph.nodes[graph.nodes.count - 1]
    var added = replacement.added
    for (number, units) in hidden.enumerated() {
      var name = "hidden\(number + 1)"
      while graph.index(of: name) != nil { name += "_" }
      let dense = Dense(units: units, activation: .relu, kernelInitialization: .heNormal)
      nodes.append(Node(name: name, layer: dense, inputs: last.inputs))
      last.inputs = [name]
      added.insert(name, at: added.count - 1)
    }
    let edited = try Graph(name: graph.name, inputShape: inputShape, nodes: nodes + [last])
    return (edited, added, replacement.removed)
  }
}
