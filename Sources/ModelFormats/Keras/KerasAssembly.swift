import Kernels
import Network

/// Puts a model together from Keras' description of it and its weights, and keeps the report.
struct KerasAssembly {
  private let builder: KerasLayerBuilder
  private let flattening: KerasFlattening
  private let name: String
  private let input: Shape
  /// How the file gives an input whose size it leaves open; `nil` where it says all of it.
  private let openInput: String?
  /// How pictures of any size are made to fit, where that is the network's doing.
  private let fitting: KerasFitting?
  /// Outermost layer → names of the layers in it.
  private let siblings: [String: Set<String>]
  private var weights: any KerasWeightSource
  private var loader: WeightLoader
  /// Name of one of our layers → where its parameters stand in the file.
  private var origins: [String: Origin] = [:]
  private var rules = TrainingRules()

  private struct Origin {
    let configuration: KerasLayerConfiguration
    let path: [String]
    let fileNames: [String: [String]]
    /// Our parameter's name → which of the layer's weights it is.
    var places: [String: Int] = [:]
    let isFrozen: Bool

    func fileNames(of parameter: String) -> [String] { fileNames[parameter] ?? [parameter] }
  }

  init(
    _ definition: KerasModelDefinition, builder: KerasLayerBuilder, weights: any KerasWeightSource,
    options: OpeningOptions, report: ImportReport
  ) throws(UnexpectedContent) {
    self.builder = builder
    self.weights = weights
    loader = WeightLoader(weights.archive, report: report)
    flattening = try KerasFlattening(definition)
    name = definition.name
    // A network that fits pictures itself takes them in the size that it makes of them.
    let isOpen = try definition.inputDimensions()?.contains(nil) ?? false
    fitting = isOpen ? try KerasFitting(flattening) : nil
    let size = options.imageSize ?? options.dataSize ?? fitting?.size ?? options.usualSize
    (input, openInput) = try Self.inputShape(of: definition, imageSize: size)
    if let openInput {
      loader.report.warnings.append("the input is \(openInput), and taken as \(input)")
    }
    siblings = Dictionary(grouping: flattening.layers.map(\.path)) { $0[0] }
      .mapValues { paths in Set(paths.map { $0[$0.count - 1] }) }
  }

  /// - Throws: `UnexpectedContent` for a layer that is not known, weights that are missing or of
  ///   another shape, and whatever else keeps the model from running.
  mutating func model() throws -> ImportedModel {
    let graph = try graph()
    var parameters: [String: [Parameter]] = [:]
    for (node, specifications) in zip(graph.nodes, graph.specifications) {
      guard let origin = origins[node.name] else { continue }
      var loaded: [Parameter] = []
      for specification in specifications {
        loaded.append(try parameter(specification, of: node.name, from: origin))
        try readRules(of: loaded[loaded.count - 1], from: origin)
      }
      parameters[node.name] = loaded
    }
    loader.report.unused = weights.unused
    loader.report.unused += flattening.unreachable.map { "layer \($0), which leads nowhere" }
    let frozen = zip(graph.nodes, graph.specifications).filter { node, specifications in
      !specifications.isEmpty && origins[node.name]?.isFrozen == true
    }.map(\.0.name)
    var imported = ImportedModel(
      model: Model(graph: graph, parameters: parameters), report: loader.report,
      frozenLayers: frozen,
      trainingRules: rules)
    fitting?.complete(&imported)
    return imported
  }

  /// - Parameter imageSize: height and width where the model takes any.
  private static func inputShape(of definition: KerasModelDefinition, imageSize: ImageSize?)
    throws(UnexpectedContent) -> (shape: Shape, open: String?)
  {
    guard let dimensions = try definition.inputDimensions() else {
      throw UnexpectedContent(
        expected: "an input shape of model '\(definition.name)'", found: "none")
    }
    var known = dimensions
    let text = dimensions.map { $0.map(String.init) ?? "any" }.joined(separator: "×")
    if let imageSize, known.count == 3 {
      known[0] = known[0] ?? imageSize.height
      known[1] = known[1] ?? imageSize.width
    }
    let isOpen = dimensions.contains(nil)
    guard known.allSatisfy({ $0 != nil }) else {
      let isSize = dimensions.count == 3 && dimensions[2] != nil
      throw UnexpectedContent(
        expected: isSize
          ? "an image size (--image-size) for model '\(definition.name)', which leaves it open"
          : "an input of fixed size in model '\(definition.name)'", found: text)
    }
    do throws(ShapeError) {
      return (try Shape(known.compactMap(\.self)).checked(), isOpen ? text : nil)
    } catch {
      throw UnexpectedContent(
        expected: "\(error.expected) as input of model '\(definition.name)'", found: error.found)
    }
  }
}

/// The graph.
extension KerasAssembly {
  private mutating func graph() throws(UnexpectedContent) -> Graph {
    var nodes: [Graph.Node] = []
    // Of each of Keras' layers, what reads it: a name and a shape.
    var outputs: [(name: String, shape: Shape)] = []
    func resolve(_ source: KerasFlattening.Source) -> (name: String, shape: Shape) {
      switch source {
      case .graphInput: (Graph.inputName, input)
      case .layer(let index): outputs[index]
      }
    }
    try notePrecision()
    var names = Set(flattening.layers.map(\.name))
    for layer in flattening.layers {
      let inputs = layer.inputs.map(resolve)
      let parts = try parts(of: layer, inputs: inputs.map(\.shape))
      guard !parts.isEmpty || inputs.count == 1 else {
        throw layer.configuration.unexpected("\(inputs.count)", expected: "one input")
      }
      var made: [(name: String, shape: Shape)] = []
      var parameters: [[String]] = []
      for part in parts {
        let current =
          (part.reads ?? (made.isEmpty ? nil : [.part(made.count - 1)]))?.map {
            switch $0 {
            case .input(let index): inputs[index]
            case .part(let index): made[index]
            }
          } ?? inputs
        var name = layer.name + part.suffix
        if !part.suffix.isEmpty {
          while !names.insert(name).inserted { name += "_" }
        }
        nodes.append(Graph.Node(name: name, layer: part.layer, inputs: current.map(\.name)))
        origins[name] = Origin(
          configuration: layer.configuration, path: layer.path, fileNames: part.fileNames,
          isFrozen: layer.isFrozen)
        do throws(ShapeError) {
          let shapes = current.map(\.shape)
          made.append((name, try part.layer.outputShape(for: shapes)))
          parameters.append(part.layer.parameters(for: shapes).map(\.name))
          guard layer.callCount == 1 || parameters[parameters.count - 1].isEmpty else {
            throw ShapeError(
              expected: "one call", found: "\(layer.callCount) of them (a shared layer)")
          }
        } catch {
          throw layer.configuration.unexpected(error.found, expected: error.expected)
        }
      }
      for (part, name) in made.map(\.name).enumerated() {
        let places = builder.places(
          in: layer.configuration, ofPart: part, parameters: parameters)
        origins[name]?.places = places
      }
      outputs.append(made.last ?? inputs[0])
      if let penalty = try layer.configuration.regularizer(of: "activity") {
        rules.activityRegularizers[outputs[outputs.count - 1].name] = penalty
      }
      note(layer)
    }
    let output = resolve(flattening.output).name
    do throws(GraphError) {
      return try Graph(
        name: name, inputShape: input,
        nodes: Graph.nodes(leadingTo: output, among: KerasChannelOrder.simplified(nodes)))
    } catch {
      throw UnexpectedContent(expected: "a graph of layers that fit together", found: "\(error)")
    }
  }

  private mutating func parts(of layer: KerasFlattening.Layer, inputs: [Shape])
    throws(UnexpectedContent) -> [KerasLayerBuilder.Part]
  {
    var weights = weights
    let builder = builder
    let siblings = siblings[layer.path[0]] ?? []
    let parts = try builder.parts(
      of: layer.configuration, inputs: inputs, call: layer.call
    ) {
      (name) throws(UnexpectedContent) in
      let place = KerasWeightPlace(
        path: layer.path, names: [name],
        index: builder.index(of: name, in: layer.configuration), siblings: siblings)
      return weights.archive.values(of: try weights.tensor(place))
    }
    self.weights = weights
    return parts
  }

  /// Numbers are single here. A network that computed with others gives slightly different ones.
  /// - Throws: where weights are whole numbers, which stand for others.
  private mutating func notePrecision() throws(UnexpectedContent) {
    var policies: Set<String> = []
    for layer in flattening.layers {
      guard let value = layer.configuration["dtype"] else { continue }
      let isQuantized = value["class_name"]?.string?.contains("Quantized") == true
      let name = value.string ?? value["config"]?["name"]?.string ?? value.description
      guard !isQuantized, !name.hasPrefix("int8"), !name.hasPrefix("int4") else {
        throw layer.configuration.unexpected(
          "'\(name)'", expected: "weights that are not quantized")
      }
      if name != "float32" { policies.insert(name) }
    }
    for policy in policies.sorted() {
      loader.report.warnings.append(
        "layers of precision \(policy) are computed in single precision")
    }
  }

  /// Tells the report what is peculiar about a layer.
  private mutating func note(_ layer: KerasFlattening.Layer) {
    let configuration = layer.configuration
    let className = configuration.className
    let label = "layer \(layer.name) (\(className))"
    if configuration.isOperation { return }
    if let reason = KerasLayerTable.rows[className]?.reasonForDropping {
      loader.report.skippedLayers.append("\(label): \(reason)")
    }
    if className == "RandomCrop" {
      let kept = builder.leavesRandomCropsWhole
      loader.report.skippedLayers.append(
        "\(label): random cropping; Keras \(kept ? "leaves images whole" : "resizes images")"
          + " outside of training")
    }
    if className == "Lambda" {
      loader.report.warnings.append(
        "\(label) is taken for InceptionResNetV2's scaled sum by its name; its Python code is not run"
      )
    }
    if configuration.isRegisteredUnderAKerasName {
      loader.report.warnings.append(
        "\(label) is registered as '\(configuration.registeredName ?? "")', and taken for Keras' own"
      )
    }
    if layer.isInference, !layer.isFrozen, className.contains("BatchNorm") {
      loader.report.warnings.append(
        "\(layer.name) was called with training=False: freeze it to keep its statistics")
    }
  }
}

/// The parameters.
extension KerasAssembly {
  private mutating func parameter(
    _ specification: ParameterSpecification, of node: String, from origin: Origin
  ) throws -> Parameter {
    let name = try weights.tensor(
      KerasWeightPlace(
        path: origin.path, names: origin.fileNames(of: specification.name),
        index: origin.places[specification.name] ?? 0,
        siblings: siblings[origin.path[0]] ?? []))
    let isTurned =
      builder.turnsKernels(of: origin.configuration) && specification.role == .kernel
    return try loader.parameter(
      specification, of: node, at: WeightPlace(name: name, layout: isTurned ? .turned : .native),
      explanation: openInput.map { " (of an input that is \($0), taken as \(input))" } ?? "")
  }

  /// Keras calls the rules of a `depthwise_kernel` after the first half of its name.
  private mutating func readRules(of parameter: Parameter, from origin: Origin)
    throws(UnexpectedContent)
  {
    let rank = parameter.specification.shape.count
    for name in origin.fileNames(of: parameter.specification.name) {
      let subject = name.hasSuffix("_kernel") ? String(name.dropLast("_kernel".count)) : name
      if let regularizer = try origin.configuration.regularizer(of: subject) {
        rules.regularizers[parameter.name] = regularizer
      }
      if let constraint = try origin.configuration.constraint(of: subject, rank: rank) {
        rules.constraints[parameter.name] = constraint
      }
    }
  }
}
