import JSON
import Kernels
import Network

/// A graph of ours as a functional model of Keras', in Keras' order of layers.
struct KerasWrittenModel {
  /// One layer of Keras' at its place.
  struct Placed {
    let name: String
    let layer: KerasWrittenLayer
    /// Places of what it reads, in `layers`.
    fileprivate(set) var reads: [Int]
    let shape: Shape
    let isTrainable: Bool
    /// Its weights in Keras' order, with what Keras calls them.
    let weights: [(name: String, parameter: Parameter)]
  }

  let name: String
  private(set) var layers: [Placed] = []
  private let rules: TrainingRules

  /// - Parameters:
  ///   - frozenLayers: names of layers that are not to be trained.
  ///   - rules: regularizers and constraints, by our names.
  /// - Throws: `UnexpectedContent` that names a layer that Keras has not.
  init(
    _ model: Model, frozenLayers: Set<String> = [], rules: TrainingRules = TrainingRules()
  ) throws(UnexpectedContent) {
    let graph = model.graph
    var names = KerasNames()
    name = names.name(graph.name.isEmpty ? "model" : graph.name)
    names = KerasNames()
    self.rules = rules
    // Our layers' own names first: others give way to them.
    let own = graph.nodes.map { names.name($0.name) }
    var placed = [
      Placed(
        name: names.name("image"), layer: Self.input(graph.inputShape), reads: [],
        shape: graph.inputShape, isTrainable: true, weights: [])
    ]
    let nonNegative = NonNegativeNodes(graph)
    // Of each node, the layer that others read.
    var ends: [Int] = []
    for (index, node) in graph.nodes.enumerated() {
      let sources = graph.inputIndices[index].map { $0.map { ends[$0] } ?? 0 }
      if Self.isRepeated(byReadersOf: index, in: graph) {
        ends.append(sources[0])
        continue
      }
      let writing = KerasLayerWriting(
        inputs: graph.inputShapes(of: index), output: graph.shapes[index],
        isNonNegative: graph.inputIndices[index].allSatisfy { nonNegative.contains($0) })
      let written: [KerasWrittenLayer]
      do throws(UnexpectedContent) {
        guard let writer = KerasLayerTable.writers[node.layer.kind] else {
          throw UnexpectedContent(expected: "a layer that Keras has", found: node.layer.kind)
        }
        written = try writer.write(node.layer, writing)
      } catch {
        throw UnexpectedContent(
          expected: "layer '\(node.name)' (\(node.layer.kind)) as Keras has it: \(error.expected)",
          found: error.found)
      }
      let parameters = model.parameters[node.name] ?? []
      for (part, layer) in written.enumerated() {
        placed.append(
          Placed(
            name: layer.suffix.isEmpty ? own[index] : names.name(own[index] + layer.suffix),
            layer: layer, reads: part == 0 ? sources : [placed.count - 1],
            shape: layer.shape ?? graph.shapes[index],
            isTrainable: !frozenLayers.contains(node.name),
            weights: Self.weights(of: layer, parameters)))
      }
      ends.append(placed.count - 1)
    }
    let order = KerasLayerOrder.sorted(placed.map(\.reads))
    var ranks = [Int](repeating: 0, count: placed.count)
    for (rank, place) in order.enumerated() { ranks[place] = rank }
    layers = order.map { place in
      var layer = placed[place]
      layer.reads = layer.reads.map { ranks[$0] }
      return layer
    }
  }

  private static func input(_ shape: Shape) -> KerasWrittenLayer {
    KerasWrittenLayer(
      className: "InputLayer",
      configuration: [
        "batch_shape": .array([.null] + shape.dimensions.map { .whole($0) }),
        "sparse": .bool(false),
      ])
  }

  /// Whether a node repeats its input for readers that do so themselves in Keras.
  private static func isRepeated(byReadersOf index: Int, in graph: Graph) -> Bool {
    guard graph.nodes[index].layer is Broadcast, !graph.consumers[index].isEmpty else {
      return false
    }
    let merging: Set<String> = [
      Add.kind, Subtract.kind, Multiply.kind, Average.kind, Maximum.kind, Minimum.kind,
    ]
    return graph.consumers[index].allSatisfy { merging.contains(graph.nodes[$0].layer.kind) }
  }

  private static func weights(of layer: KerasWrittenLayer, _ parameters: [Parameter])
    -> [(name: String, parameter: Parameter)]
  {
    guard layer.suffix.isEmpty, !layer.isOperation else { return [] }
    return (KerasLayerTable.rows[layer.className]?.weights ?? []).compactMap { weight in
      parameters.first { $0.specification.name == weight.parameter }.map { (weight.names[0], $0) }
    }
  }
}

/// As text.
extension KerasWrittenModel {
  /// `{"class_name": "Functional", …}`
  var configuration: JSONValue {
    .object([
      "module": .string("keras.src.models.functional"), "class_name": .string("Functional"),
      "registered_name": .string("Functional"),
      "config": .object([
        "name": .string(name), "trainable": .bool(true),
        "layers": .array(layers.indices.map(configuration)),
        "input_layers": .array([reference(to: layers[0].name)]),
        "output_layers": .array([reference(to: layers[layers.count - 1].name)]),
      ]),
    ])
  }

  private func reference(to name: String) -> JSONValue {
    .array([.string(name), .whole(0), .whole(0)])
  }

  private func configuration(_ place: Int) -> JSONValue {
    let placed = layers[place]
    var settings = placed.layer.configuration
    settings["name"] = .string(placed.name)
    if !placed.layer.isOperation {
      settings["dtype"] = .string("float32")
      // Some layers that have nothing to train do not take it.
      if !placed.weights.isEmpty { settings["trainable"] = .bool(placed.isTrainable) }
      for (name, parameter) in placed.weights {
        addRules(of: parameter, named: name, to: &settings)
      }
    }
    return .object([
      "module": .string(placed.layer.module), "class_name": .string(placed.layer.className),
      "registered_name": placed.layer.isOperation ? .string(placed.layer.className) : .null,
      "name": .string(placed.name), "config": .object(settings),
      "inbound_nodes": .array(placed.reads.isEmpty ? [] : [call(of: placed)]),
    ])
  }

  private func call(of placed: Placed) -> JSONValue {
    let tensors = placed.reads.map { source in
      JSONValue.object([
        "class_name": .string("__keras_tensor__"),
        "config": .object([
          "shape": .array([.null] + layers[source].shape.dimensions.map { .whole($0) }),
          "dtype": .string("float32"), "keras_history": reference(to: layers[source].name),
        ]),
      ])
    }
    let first = tensors.count == 1 ? tensors[0] : .array(tensors)
    return .object([
      "args": .array([first] + placed.layer.arguments),
      "kwargs": .object(placed.layer.keywords),
    ])
  }

  /// Keras calls the rules of a `depthwise_kernel` after the first half of its name.
  private func addRules(
    of parameter: Parameter, named name: String, to settings: inout [String: JSONValue]
  ) {
    let subject = name.hasSuffix("_kernel") ? String(name.dropLast("_kernel".count)) : name
    if case .norms(let l1, let l2)? = rules.regularizers[parameter.name] {
      settings["\(subject)_regularizer"] = Self.object(
        "L1L2", in: "keras.regularizers", ["l1": .single(l1), "l2": .single(l2)])
    }
    if case .maxNorm(let limit, let axes)? = rules.constraints[parameter.name] {
      settings["\(subject)_constraint"] = Self.object(
        "MaxNorm", in: "keras.constraints",
        ["max_value": .single(limit), "axis": .array(axes.map { .whole($0) })])
    }
  }

  private static func object(
    _ className: String, in module: String, _ settings: [String: JSONValue]
  ) -> JSONValue {
    .object([
      "module": .string(module), "class_name": .string(className), "config": .object(settings),
      "registered_name": .null,
    ])
  }
}

/// Names that Keras takes: no slash, and what TensorFlow has as a scope; each once.
struct KerasNames {
  private var taken: Set<String> = []

  mutating func name(_ wanted: String) -> String {
    var name = String(
      wanted.unicodeScalars.map { scalar in
        let isFine =
          scalar.isASCII
          && (scalar.properties.isAlphabetic
            || scalar.properties.numericType != nil || scalar == "_" || scalar == "."
            || scalar == "-")
        return isFine ? Character(scalar) : "_"
      })
    if name.first.map({ !$0.isLetter && !$0.isNumber }) ?? true { name = "layer" + name }
    while !taken.insert(name).inserted { name += "_" }
    return name
  }
}

/// Which of a graph's nodes give nothing below 0.
private struct NonNegativeNodes {
  private var nodes: [Bool] = []

  init(_ graph: Graph) {
    for (index, node) in graph.nodes.enumerated() {
      let inputs = graph.inputIndices[index].allSatisfy { contains($0) }
      nodes.append(Self.isNonNegative(node.layer, inputs))
    }
  }

  /// - Parameter node: `nil` for the graph's input.
  func contains(_ node: Int?) -> Bool { node.map { nodes[$0] } ?? false }

  private static func isNonNegative(_ layer: any Layer, _ inputs: Bool) -> Bool {
    switch layer {
    case let layer as ActivationLayer: layer.activation.isNonNegative
    case let layer as Conv2D: layer.activation.isNonNegative
    case let layer as DepthwiseConv2D: layer.activation.isNonNegative
    case let layer as Dense: layer.activation.isNonNegative || layer.appliesSoftmax
    case is Softmax: true
    case is MaxPooling2D, is AveragePooling2D, is GlobalAveragePooling2D, is GlobalMaxPooling2D,
      is Add, is Multiply, is Average, is Maximum, is Minimum, is Concatenate, is Dropout,
      is Flatten, is Reshape, is Permute, is Slice, is ZeroPadding2D, is Cropping2D, is Broadcast:
      inputs
    default: false
    }
  }
}
