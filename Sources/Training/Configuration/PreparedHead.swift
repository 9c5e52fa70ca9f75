import Kernels
import ModelFormats
import Network

/// The end of a network made ready for training: the trained one, or a new one in its place, giving
/// logits either way; the loss that goes with it; and what the data's classes are there.
struct PreparedHead {
  /// Gives logits.
  let graph: Graph
  /// Layers of a new head; empty where the trained one stays.
  let newLayers: [String]
  let loss: ClassificationLoss
  /// Where the data's classes are not the head's, each in its place.
  let assignment: ClassAssignment?
  let notices: [String]
  private let answer: Answer

  /// What comes after the logits where a model is used.
  private enum Answer {
    case trained(FinalActivation?)
    case newSoftmax
  }

  /// - Parameter classes: names of the data's classes.
  /// - Throws: `ConfigurationError`, `GraphError`.
  init(_ imported: ImportedModel, configuration: EngineConfiguration, classes: [String]) throws {
    let objective = Objective(imported)
    let request = configuration.head
    let fits = objective.capacity == classes.count
    var notices: [String] = []
    if request?.keepsTrained ?? (request == nil && fits) {
      graph = objective.logits
      newLayers = []
      answer = .trained(objective.activation)
      assignment = try ClassAssignment(
        classes, known: imported.classNames, capacity: objective.capacity)
      notices += [objective.note].compactMap(\.self)
      if let assignment, classes.count < objective.capacity {
        notices.append(
          "the trained head stays: the data's classes are its "
            + "\(Self.list(assignment.numbers.map { assignment.names[$0] })) "
            + "of \(objective.capacity)")
      }
      if let assignment, fits, assignment.numbers != Array(0..<objective.capacity) {
        notices.append("the data's classes go to the outputs of the same names")
      }
      let smoothing = Float(configuration.labelSmoothing ?? objective.labelSmoothing)
      if configuration.labelSmoothing == nil, smoothing > 0 {
        notices.append("labels are smoothed by \(smoothing), as in the file's loss")
      }
      let outputs = graph.outputShape.count
      let count = assignment?.names.count ?? classes.count
      switch objective.kind {
      case .softmax:
        loss = .softmax(
          SoftmaxCrossEntropy(outputs: outputs, classes: count, labelSmoothing: smoothing))
      case .binary:
        loss = .binary(
          BinaryCrossEntropy(outputs: outputs, classes: count, labelSmoothing: smoothing))
        notices.append("training minimises binary cross-entropy, a yes or no at each output")
      }
    } else {
      let outputs = request?.outputs ?? classes.count
      guard outputs >= classes.count else {
        throw ConfigurationError(
          option: "head", expected: "at least \(classes.count) outputs, one for each class",
          found: "\(outputs)")
      }
      let (graph, added, removed) = try objective.logits.withHead(
        outputs: outputs, hidden: request?.hidden ?? [])
      self.graph = graph
      newLayers = added
      answer = .newSoftmax
      assignment = nil
      let replaced =
        "\(removed.joined(separator: ", ")) replaced by \(added.joined(separator: ", "))"
      let canStay = classes.count <= objective.capacity && !removed.isEmpty
      let hint = canStay ? "; --head keep keeps it" : ""
      if request == nil {
        notices.append(
          "the data has \(classes.count) classes and the network "
            + "\(objective.logits.outputShape.count) outputs: \(replaced)\(hint)")
      } else if let preset = request?.preset {
        notices.append(
          "the preset \(preset) makes the network larger: "
            + (removed.isEmpty ? "\(added.joined(separator: ", ")) added" : replaced) + hint)
      }
      loss = .softmax(
        SoftmaxCrossEntropy(
          outputs: outputs, classes: classes.count,
          labelSmoothing: Float(configuration.labelSmoothing ?? 0)))
    }
    guard self.graph.outputShape.positions == 1 else {
      throw ConfigurationError(
        option: "head", expected: "a network that ends in one row of outputs; --head N makes it so",
        found: self.graph.outputShape.description)
    }
    self.notices = notices
  }

  /// A graph of logits with what makes answers of them put back.
  func answering(_ graph: Graph) throws(GraphError) -> Graph {
    switch answer {
    case .trained(let activation?): try graph.restoring(activation)
    case .trained(nil): graph
    case .newSoftmax: try graph.endingInSoftmax()
    }
  }

  /// The first of many, for a sentence.
  static func list(_ names: [String]) -> String {
    names.count <= 8
      ? names.joined(separator: ", ")
      : names.prefix(6).joined(separator: ", ") + " and \(names.count - 6) more"
  }
}

extension Graph {
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
