import Network

/// The layers that lead from a net's image to its answer, when it is tested: without data, losses and
/// measures, each layer reading what the last one before it wrote.
struct CaffePath {
  /// What nothing computes: where it comes from, by its blob.
  struct Source {
    let blob: String
    /// The data layers that give it, of whatever phase; empty where the net says so itself.
    var layers: [CaffeLayer]
    /// Its place among their tops.
    let top: Int
  }

  let nodes: [CaffeNode]
  let source: Source
  let input: String
  let output: String
  /// What the loss does to the answer before it compares.
  let loss: CaffeLayer?
  /// How many layers read each value, and one more for the answer.
  let readers: [String: Int]
  /// A layer that reads it.
  private let readerPlaces: [String: Int]
  private(set) var notes: [String] = []
  /// Layers that lead to none of it, such as the classifiers beside a network's own.
  let left: [CaffeLayer]

  /// Compare answers with labels, or look at them.
  private static let measures: Set<String> = [
    "Accuracy", "ArgMax", "Silence", "HDF5Output", "SoftmaxWithLoss", "SoftmaxLoss",
    "EuclideanLoss", "HingeLoss", "InfogainLoss", "MultinomialLogisticLoss",
    "SigmoidCrossEntropyLoss", "ContrastiveLoss",
  ]

  /// - Parameter asked: the layer or blob that is taken for the answer; `nil`: the net's own.
  init(_ net: CaffeNet, to asked: String?) throws {
    var walk = Walk()
    for blob in try net.message.texts("input") { walk.give(blob, from: nil, top: 0) }
    for (place, layer) in net.layers.enumerated() {
      // What gives images and labels is wanted for what it says of them, whatever the phase.
      if layer.bottoms.isEmpty, !layer.tops.isEmpty {
        for (top, blob) in layer.tops.enumerated() { walk.give(blob, from: layer, top: top) }
      } else if try CaffeTestPhase.includes(layer) {
        walk.pass(layer, place: place, isMeasure: Self.measures.contains(layer.type))
      }
    }
    let answer = try Self.answer(walk, asked)
    var notes: [String] = []
    if asked == nil, answer.others.count > 0 {
      let listed = answer.others.prefix(8).joined(separator: ", ")
      notes.append(
        "the last of \(answer.others.count + 1) answers is taken; the others are left out: \(listed)"
          + (answer.others.count > 8 ? ", …" : ""))
    }
    (output, loss) = (answer.value, answer.loss)
    var wanted: Set<String> = [output]
    var kept: [CaffeNode] = []
    var left: [CaffeLayer] = []
    for node in walk.nodes.reversed() {
      guard node.outputs.contains(where: wanted.contains) else {
        left.append(node.layer)
        continue
      }
      if let missing = node.inputs.first(where: { $0.hasPrefix(Walk.missing) }) {
        throw UnexpectedContent(
          expected: "layers that read what others before them give",
          found: "'\(missing.dropFirst(Walk.missing.count))', which none does, at layer "
            + node.label)
      }
      wanted.formUnion(node.inputs)
      kept.append(node)
    }
    nodes = kept.reversed()
    self.left = left.reversed()
    let sources = walk.sources.filter { wanted.contains(Walk.source + $0.blob) }
    guard sources.count == 1, !nodes.isEmpty else {
      throw UnexpectedContent(
        expected: "layers that lead from one input to an answer",
        found: sources.count > 1
          ? sources.map { "'\($0.blob)'" }.joined(separator: " and ") : "none")
    }
    source = sources[0]
    input = Walk.source + source.blob
    readers = Dictionary(nodes.flatMap(\.inputs).map { ($0, 1) }, uniquingKeysWith: +)
      .merging([output: 1], uniquingKeysWith: +)
    readerPlaces = Dictionary(
      nodes.enumerated().flatMap { place, node in node.inputs.map { ($0, place) } },
      uniquingKeysWith: { first, _ in first })
    self.notes = notes
  }

  /// The layer that reads a value, where it is the only one.
  func onlyReader(of value: String) -> CaffeNode? {
    readers[value] == 1 ? readerPlaces[value].map { nodes[$0] } : nil
  }

  private static func answer(
    _ walk: Walk, _ asked: String?
  ) throws -> (value: String, loss: CaffeLayer?, others: [String]) {
    if let asked {
      if let node = walk.nodes.last(where: { $0.layer.name == asked }),
        let value = node.outputs.first
      {
        return (value, nil, [])
      }
      if let value = walk.current[asked], !value.hasPrefix(Walk.source) { return (value, nil, []) }
      throw UnexpectedContent(
        expected: "a layer for --output-layer \(asked)", found: "none of that name")
    }
    let read = Set(walk.nodes.flatMap(\.inputs)).union(walk.silenced)
    // Of a layer with several outputs the first that is left.
    let candidates = walk.nodes.flatMap { node in
      node.outputs.filter { !read.contains($0) }.map { (value: $0, node: node) }
    }
    guard let last = candidates.last else {
      throw UnexpectedContent(
        expected: "a layer whose output is the net's answer",
        found: walk.nodes.isEmpty ? "no layers" : "layers that all are read")
    }
    let loss = walk.losses.last { $0.bottom == last.value }?.layer
    return (last.value, loss, candidates.dropLast().map { "'\($0.node.layer.name)'" })
  }

  /// The layers in order, and what each blob's name means by then.
  private struct Walk {
    static let (source, missing) = ("image ", "missing ")

    var nodes: [CaffeNode] = []
    var sources: [Source] = []
    /// Of each blob that is a source, its place among them.
    private var places: [String: Int] = [:]
    var current: [String: String] = [:]
    var losses: [(layer: CaffeLayer, bottom: String)] = []
    var silenced: Set<String> = []

    mutating func give(_ blob: String, from layer: CaffeLayer?, top: Int) {
      if let known = places[blob] {
        if let layer { sources[known].layers.append(layer) }
      } else {
        places[blob] = sources.count
        sources.append(Source(blob: blob, layers: layer.map { [$0] } ?? [], top: top))
      }
      current[blob] = Self.source + blob
    }

    mutating func pass(_ layer: CaffeLayer, place: Int, isMeasure: Bool) {
      let inputs = layer.bottoms.map { current[$0] ?? Self.missing + $0 }
      if isMeasure {
        if layer.type == "Silence" { silenced.formUnion(inputs) }
        if layer.type.hasSuffix("Loss"), let bottom = inputs.first {
          losses.append((layer, bottom))
        }
        return
      }
      if layer.type == "Split", let input = inputs.first {
        for top in layer.tops { current[top] = input }
        return
      }
      let outputs = layer.tops.map { "\(place) \($0)" }
      nodes.append(CaffeNode(layer: layer, inputs: inputs, outputs: outputs))
      for (top, output) in zip(layer.tops, outputs) { current[top] = output }
    }
  }
}
