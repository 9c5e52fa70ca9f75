/// A model of models, laid out flat: the layers that are none, in an order in which each comes
/// after those that it reads. A layer that is called several times is there once for each call.
struct KerasFlattening {
  /// What a layer reads.
  enum Source: Hashable {
    case graphInput
    /// The layer at this place in `layers`.
    case layer(Int)
  }

  struct Layer {
    let configuration: KerasLayerConfiguration
    /// What it is called with; `nil` in a Sequential model.
    let call: KerasCall?
    /// Names of the models around it, outermost first, without the whole model's, and its own.
    let path: [String]
    let inputs: [Source]
    /// It or a model around it is not to be trained.
    let isFrozen: Bool
    /// It or a model around it was called with `training=False`.
    let isInference: Bool
    /// Its name in the graph: its own where no other layer has it, else its path.
    fileprivate(set) var name = ""
    /// How often the same layer is there.
    fileprivate(set) var callCount = 1
  }

  private(set) var layers: [Layer] = []
  private(set) var output = Source.graphInput
  /// Layers of functional models that do not lead to the output.
  private(set) var unreachable: [String] = []

  /// - Throws: where a layer reads what is not there, or itself.
  init(_ model: KerasModelDefinition) throws(UnexpectedContent) {
    output = try place(model, Context(inputs: [.graphInput], isFrozen: !model.isTrainable))
    nameLayers()
  }

  private mutating func nameLayers() {
    let paths = Dictionary(layers.map { ($0.path, 1) }, uniquingKeysWith: +)
    let names = Dictionary(paths.keys.map { ($0[$0.count - 1], 1) }, uniquingKeysWith: +)
    var taken: Set<String> = []
    func first(_ layer: Layer) -> String {
      let own = layer.path[layer.path.count - 1]
      return names[own] == 1 || layer.path.count == 1 ? own : layer.path.joined(separator: "/")
    }
    for layer in layers { taken.insert(first(layer)) }
    var calls: [[String]: Int] = [:]
    for index in layers.indices {
      let path = layers[index].path
      calls[path, default: 0] += 1
      layers[index].callCount = paths[path] ?? 1
      layers[index].name = first(layers[index])
      guard let call = calls[path], call > 1 else { continue }
      layers[index].name += "_\(call)"
      while !taken.insert(layers[index].name).inserted { layers[index].name += "_" }
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
        current = try place(layer, calledWith: nil, reading: [current], context)
      }
      return current
    case .functional(let inputs, let output):
      guard inputs.count == context.inputs.count else {
        throw UnexpectedContent(
          expected: "\(inputs.count == 1 ? "one input" : "\(inputs.count) inputs") of model "
            + "'\(model.name)'", found: "\(context.inputs.count)")
      }
      let order = try KerasOrder(model, inputs: Set(inputs), output: output)
      unreachable += order.unreachable.map { (context.path + [$0]).joined(separator: "/") }
      var sources: [KerasCallNumbers.Place: Source] = [:]
      for (name, source) in zip(inputs, context.inputs) {
        guard let place = order.inputs[name] else {
          throw UnexpectedContent(
            expected: "a layer '\(name)' in model '\(model.name)'", found: "none of that name")
        }
        if sources[place] == nil { sources[place] = source }
      }
      for step in order.steps {
        let layer = model.layers[step.place.layer]
        sources[step.place] = try place(
          layer, calledWith: layer.calls[step.place.call],
          reading: step.reads.compactMap { sources[$0] }, context)
      }
      guard let source = sources[order.output] else {
        throw UnexpectedContent(expected: "an output of model '\(model.name)'", found: "none")
      }
      return source
    }
  }

  private mutating func place(
    _ layer: KerasModelDefinition.Layer, calledWith call: KerasCall?, reading inputs: [Source],
    _ context: Context
  ) throws(UnexpectedContent) -> Source {
    var inner = context
    inner.path.append(layer.name)
    inner.inputs = inputs
    inner.isFrozen = context.isFrozen || layer.configuration["trainable"]?.bool == false
    inner.isInference = context.isInference || call?.isInference == true
    if let model = layer.model { return try place(model, inner) }
    // Calls of models in models multiply.
    guard layers.count < Self.limit else {
      throw UnexpectedContent(
        expected: "a model of at most \(Self.limit) layers", found: "more, counted by calls")
    }
    layers.append(
      Layer(
        configuration: layer.configuration, call: call, path: inner.path, inputs: inputs,
        isFrozen: inner.isFrozen, isInference: inner.isInference))
    return .layer(layers.count - 1)
  }

  private static let limit = 100_000
}

/// The calls of one functional model that lead to its output, each after those that it reads, and
/// otherwise in the file's order. Inputs are left out.
struct KerasOrder {
  typealias Place = KerasCallNumbers.Place

  struct Step {
    let place: Place
    let reads: [Place]
  }

  private(set) var steps: [Step] = []
  let output: Place
  /// Where the model's inputs stand.
  private(set) var inputs: [String: Place] = [:]
  /// Names of the layers that lead nowhere.
  private(set) var unreachable: [String] = []

  init(_ model: KerasModelDefinition, inputs names: Set<String>, output: KerasReference)
    throws(UnexpectedContent)
  {
    let numbers = try KerasCallNumbers(model, output: output)
    for (index, layer) in model.layers.enumerated() where names.contains(layer.name) {
      inputs[layer.name] = Place(layer: index, call: 0)
    }
    self.output = try numbers.place(of: output, in: model.name)
    // Calls of all layers, numbered through.
    var places: [Place] = []
    var starts: [Int] = []
    for (index, layer) in model.layers.enumerated() {
      starts.append(places.count)
      for call in 0..<max(layer.calls.count, 1) { places.append(Place(layer: index, call: call)) }
    }
    func number(_ place: Place) -> Int { starts[place.layer] + place.call }
    var reads = [[Place]](repeating: [], count: places.count)
    var isNeeded = [Bool](repeating: false, count: places.count)
    var waiting = [self.output]
    while let place = waiting.popLast() {
      let layer = model.layers[place.layer]
      guard !isNeeded[number(place)], !names.contains(layer.name) else { continue }
      isNeeded[number(place)] = true
      for reference in try Self.call(place.call, of: layer).inputs {
        reads[number(place)].append(try numbers.place(of: reference, in: model.name))
      }
      waiting += reads[number(place)]
    }
    for (index, layer) in model.layers.enumerated() where !names.contains(layer.name) {
      let calls = starts[index]..<starts[index] + max(layer.calls.count, 1)
      if !isNeeded[calls].contains(true) { unreachable.append(layer.name) }
    }
    let inner = reads.map { sources in
      sources.filter { !names.contains(model.layers[$0.layer].name) }.map(number)
    }
    steps = try Self.sorted(isNeeded.indices.filter { isNeeded[$0] }, reads: inner).map {
      Step(place: places[$0], reads: reads[$0])
    }
  }

  private static func call(_ call: Int, of layer: KerasModelDefinition.Layer)
    throws(UnexpectedContent) -> KerasCall
  {
    if layer.isInput {
      throw layer.configuration.unexpected("another one", expected: "no inputs but the model's own")
    }
    guard layer.calls.indices.contains(call) else {
      throw layer.configuration.unexpected("none", expected: "a call")
    }
    return layer.calls[call]
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
