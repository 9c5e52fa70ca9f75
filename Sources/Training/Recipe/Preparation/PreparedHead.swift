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
    let keeps = configuration.head?.keepsTrained == true
    // Where nobody knows but by the looks of it, a person may know better.
    let isBackbone = imported.isBackbone && !(keeps && imported.hasClassifier == nil)
    if isBackbone, keeps {
      throw ConfigurationError(
        option: "head",
        expected: "a number of outputs: the network ends in features and has no head to keep",
        found: "keep")
    }
    let fits = !isBackbone && objective.capacity == classes.count
    if configuration.head?.keepsTrained ?? (configuration.head == nil && fits) {
      try self.init(
        keeping: objective, known: imported.classNames, configuration.labelSmoothing,
        classes: classes)
    } else {
      try self.init(
        replacing: objective, configuration.head, configuration.labelSmoothing, classes: classes,
        isBackbone: isBackbone)
    }
    if configuration.headStart == .ridge, newLayers.isEmpty {
      throw ConfigurationError(
        option: "head-start",
        expected: "random, or a new head: the trained one stays (--head N puts one on)",
        found: "ridge")
    }
    guard graph.outputShape.positions == 1 else {
      throw ConfigurationError(
        option: "head", expected: "a network that ends in one row of outputs; --head N makes it so",
        found: graph.outputShape.description)
    }
  }

  /// - Parameter known: names of the head's classes, where they are known.
  private init(
    keeping objective: Objective, known: [String]?, _ smoothing: Double?, classes: [String]
  ) throws {
    graph = objective.logits
    newLayers = []
    answer = .trained(objective.activation)
    let capacity = objective.capacity
    assignment = try ClassAssignment(classes, known: known, capacity: capacity)
    var notices = [objective.note].compactMap(\.self)
    if let assignment, classes.count < capacity {
      let names = assignment.numbers.map { assignment.names[$0] }
      notices.append(
        "the trained head stays: the data's classes are its \(Self.list(names)) of \(capacity)")
    } else if let assignment, assignment.numbers != Array(0..<capacity) {
      notices.append("the data's classes go to the outputs of the same names")
    }
    let share = Float(smoothing ?? objective.labelSmoothing)
    if smoothing == nil, share > 0 {
      notices.append("labels are smoothed by \(share), as in the file's loss")
    }
    let outputs = graph.outputShape.count
    let count = assignment?.names.count ?? classes.count
    switch objective.kind {
    case .softmax:
      loss = .softmax(SoftmaxCrossEntropy(outputs: outputs, classes: count, labelSmoothing: share))
    case .binary:
      loss = .binary(BinaryCrossEntropy(outputs: outputs, classes: count, labelSmoothing: share))
      notices.append("training minimises binary cross-entropy, a yes or no at each output")
    }
    self.notices = notices
  }

  private init(
    replacing objective: Objective, _ request: HeadRequest?, _ smoothing: Double?,
    classes: [String], isBackbone: Bool
  ) throws {
    let outputs = request?.outputs ?? classes.count
    guard outputs >= classes.count else {
      throw ConfigurationError(
        option: "head", expected: "at least \(classes.count) outputs, one for each class",
        found: "\(outputs)")
    }
    if let layer = request?.after { try objective.logits.checkCut(after: layer) }
    // All of a backbone stays, whatever it looks like.
    let end = isBackbone ? objective.logits.nodes.last?.name : nil
    let (graph, added, removed) = try objective.logits.withHead(
      outputs: outputs, hidden: request?.hidden ?? [], after: request?.after ?? end)
    self.graph = graph
    newLayers = added
    answer = .newSoftmax
    assignment = nil
    loss = .softmax(
      SoftmaxCrossEntropy(
        outputs: outputs, classes: classes.count, labelSmoothing: Float(smoothing ?? 0)))
    let new = added.joined(separator: ", ")
    let what =
      removed.isEmpty ? "\(new) added" : "\(removed.joined(separator: ", ")) replaced by \(new)"
    let canStay = classes.count <= objective.capacity && !removed.isEmpty
    let hint = canStay ? "; --head keep keeps it" : ""
    if let layer = request?.after {
      let dropped = removed.isEmpty ? "nothing follows it" : "without \(Self.list(removed))"
      notices = ["the network is cut after \(layer), \(dropped); \(new) on it"]
    } else if isBackbone {
      notices = ["the network ends in features, without a classifier: \(what)"]
    } else if request == nil {
      notices = [
        "the data has \(classes.count) classes and the network "
          + "\(objective.logits.outputShape.count) outputs: \(what)\(hint)"
      ]
    } else if let preset = request?.preset {
      notices = ["the preset \(preset) makes the network larger: \(what)\(hint)"]
    } else {
      notices = []
    }
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
  /// Whether a head can be put on a layer.
  fileprivate func checkCut(after layer: String) throws(ConfigurationError) {
    guard index(of: layer) == nil else { return }
    let nearest = nodes.map(\.name).nearest(to: layer)
    throw ConfigurationError(
      option: "head-after",
      expected: "a layer of the network\(nearest.map { ", such as '\($0)'" } ?? "")", found: layer)
  }

  /// The graph with a new head, hidden dense layers before the output where wanted.
  fileprivate func withHead(
    outputs: Int, hidden: [Int], after layer: String?
  ) throws -> (graph: Graph, added: [String], removed: [String]) {
    let replacement = try replacingHead(outputs: outputs, after: layer)
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
