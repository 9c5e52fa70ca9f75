/// A model of models, laid out flat: the layers that are none, in an order in which each comes
/// after those that it reads.
struct KerasFlattening {
  /// What a layer reads.
  enum Source: Hashable {
    case graphInput
    /// The layer at this place in `layers`.
    case layer(Int)
  }

  struct Layer {
    let configuration: KerasLayerConfiguration
    /// Names of the models around it, outermost first, without the whole model's, and its own.
    let path: [String]
    let inputs: [Source]
    /// It or a model around it is not to be trained.
    let isFrozen: Bool
    /// It or a model around it was called with `training=False`.
    let isInference: Bool
    /// Its name in the graph: its own where no other layer has it, else its path.
    fileprivate(set) var name = ""
  }

  private(set) var layers: [Layer] = []
  private(set) var output = Source.graphInput
  /// Layers of functional models that do not lead to the output.
  private(set) var unreachable: [String] = []

  /// - Throws: where a layer is used twice, reads what is not there, or reads itself.
  init(_ model: KerasModelDefinition) throws(UnexpectedContent) {
    output = try place(model, Context(inputs: [.graphInput], isFrozen: !model.isTrainable))
    let names = layers.map { $0.path[$0.path.count - 1] }
    let counts = Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
    for (index, name) in names.enumerated() {
      let isUnique = counts[name] == 1 || layers[index].path.count == 1
      layers[index].name = isUnique ? name : layers[index].path.joined(separator: "/")
    }
  }

  private struct Context {
    var path: [String] = []
    var inputs: [Source]
    var isFrozen: Bool
    var isInference = false
  }

  /// Adds the layers of `model` and returns where its output comes from.
  private mutating func place(_ model: KerasModelDefinition, _ context: Context)
    throws(UnexpectedContent) -> Source
  {
    switch model.wiring {
    case .sequential:
      guard context.inputs.count == 1 else {
        throw UnexpectedContent(
          expected: "one input of model '\(model.name)'", found: "\(context.inputs.count)")
      }
      var current = context.inputs[0]
      for layer in model.layers where !layer.isInput {
        current = try place(layer, reading: [current], context)
      }
      return current
    case .functional(let inputs, let output):
      guard inputs.count == context.inputs.count else {
        throw UnexpectedContent(
          expected: "\(inputs.count == 1 ? "one input" : "\(inputs.count) inputs") of model "
            + "'\(model.name)'", found: "\(context.inputs.count)")
      }
      var sources = Dictionary(zip(inputs, context.inputs)) { first, _ in first }
      let order = try KerasOrder(model, inputs: Set(inputs), output: output)
      unreachable += order.unreachable.map { (context.path + [$0]).joined(separator: "/") }
      for layer in order.layers {
        let reads = layer.calls[0].inputs.compactMap { sources[$0] }
        sources[layer.name] = try place(layer, reading: reads, context)
      }
      guard let source = sources[output] else {
        throw UnexpectedContent(expected: "an output of model '\(model.name)'", found: "none")
      }
      return source
    }
  }

  private mutating func place(
    _ layer: KerasModelDefinition.Layer, reading inputs: [Source], _ context: Context
  ) throws(UnexpectedContent) -> Source {
    var inner = context
    inner.path.append(layer.name)
    inner.inputs = inputs
    inner.isFrozen = context.isFrozen || layer.configuration["trainable"]?.bool == false
    inner.isInference = context.isInference || layer.calls.first?.isInference == true
    if let model = layer.model { return try place(model, inner) }
    layers.append(
      Layer(
        configuration: layer.configuration, path: inner.path, inputs: inputs,
        isFrozen: inner.isFrozen, isInference: inner.isInference))
    return .layer(layers.count - 1)
  }
}

/// The layers of one functional model that lead to its output, each after those that it reads, and
/// otherwise in the file's order. Inputs are left out.
struct KerasOrder {
  private(set) var layers: [KerasModelDefinition.Layer] = []
  /// Names of the layers that lead nowhere.
  private(set) var unreachable: [String] = []

  init(_ model: KerasModelDefinition, inputs: Set<String>, output: String)
    throws(UnexpectedContent)
  {
    var places: [String: Int] = [:]
    for (index, layer) in model.layers.enumerated() {
      guard places.updateValue(index, forKey: layer.name) == nil else {
        throw UnexpectedContent(
          expected: "different names of layers in model '\(model.name)'",
          found: "'\(layer.name)' twice")
      }
    }
    var reads = [[Int]](repeating: [], count: model.layers.count)
    var isNeeded = [Bool](repeating: false, count: model.layers.count)
    var waiting = [output]
    while let name = waiting.popLast() {
      guard let index = places[name] else {
        throw UnexpectedContent(
          expected: "a layer '\(name)' in model '\(model.name)'", found: "none of that name")
      }
      guard !isNeeded[index], !inputs.contains(name) else { continue }
      isNeeded[index] = true
      let sources = try Self.inputs(of: model.layers[index])
      reads[index] = sources.compactMap { inputs.contains($0) ? nil : places[$0] }
      waiting += sources
    }
    for (index, layer) in model.layers.enumerated() {
      if !isNeeded[index], !inputs.contains(layer.name) { unreachable.append(layer.name) }
    }
    layers = try Self.sorted(isNeeded.indices.filter { isNeeded[$0] }, reads: reads).map {
      model.layers[$0]
    }
  }

  private static func inputs(of layer: KerasModelDefinition.Layer) throws(UnexpectedContent)
    -> [String]
  {
    if layer.isInput {
      throw layer.configuration.unexpected("another one", expected: "no inputs but the model's own")
    }
    guard layer.calls.count == 1 else {
      throw layer.configuration.unexpected(
        layer.calls.isEmpty ? "none" : "\(layer.calls.count) of them (a shared layer)",
        expected: "one call")
    }
    return layer.calls[0].inputs
  }

  /// Depth first with a stack of its own: a model may be as deep as its file is long.
  private static func sorted(_ needed: [Int], reads: [[Int]]) throws(UnexpectedContent) -> [Int] {
    enum State { case untouched, open, done }
    var states = [State](repeating: .untouched, count: reads.count)
    var order: [Int] = []
    for start in needed where states[start] == .untouched {
      var stack = [(index: start, next: 0)]
      states[start] = .open
      while let (index, next) = stack.last {
        guard next < reads[index].count else {
          states[index] = .done
          order.append(index)
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].next += 1
        let source = reads[index][next]
        guard states[source] != .open else {
          throw UnexpectedContent(expected: "layers without a ring", found: "a ring of layers")
        }
        guard states[source] == .untouched else { continue }
        states[source] = .open
        stack.append((source, 0))
      }
    }
    return order
  }
}
