import Kernels
import Network

/// Puts a model together from Keras' description of it and its weights, and keeps the report.
struct KerasAssembly {
  private let builder: KerasLayerBuilder
  private let flattening: KerasFlattening
  private let name: String
  private let input: Shape
  /// Outermost layer → names of the layers in it.
  private let siblings: [String: Set<String>]
  private var weights: KerasWeights
  private var report: ImportReport
  /// Name of one of our layers → where its parameters stand in the file.
  private var origins: [String: Origin] = [:]

  private var rules = TrainingRules()

  private struct Origin {
    let configuration: KerasLayerConfiguration
    let path: [String]
    let fileNames: [String: [String]]
    let isFrozen: Bool

    func fileNames(of parameter: String) -> [String] { fileNames[parameter] ?? [parameter] }
  }

  init(
    _ definition: KerasModelDefinition, builder: KerasLayerBuilder, weights: KerasWeights,
    report: ImportReport
  ) throws(UnexpectedContent) {
    self.builder = builder
    self.weights = weights
    self.report = report
    flattening = try KerasFlattening(definition)
    name = definition.name
    input = try Self.inputShape(of: definition)
    siblings = Dictionary(grouping: flattening.layers.map(\.path)) { $0[0] }
      .mapValues { paths in Set(paths.map { $0[$0.count - 1] }) }
  }

  /// - Throws: for a layer that is not known, weights that are missing or of another shape, and
  ///   whatever else keeps the model from running.
  mutating func model() throws(UnexpectedContent) -> ImportedModel {
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
    report.unused = weights.unused
    report.unused += flattening.unreachable.map { "layer \($0), which leads nowhere" }
    let frozen = zip(graph.nodes, graph.specifications).filter { node, specifications in
      !specifications.isEmpty && origins[node.name]?.isFrozen == true
    }.map(\.0.name)
    return ImportedModel(
      model: Model(graph: graph, parameters: parameters), report: report, frozenLayers: frozen,
      trainingRules: rules)
  }

  private static func inputShape(of definition: KerasModelDefinition) throws(UnexpectedContent)
    -> Shape
  {
    guard let dimensions = try definition.inputDimensions() else {
      throw UnexpectedContent(
        expected: "an input shape of model '\(definition.name)'", found: "none")
    }
    let known = dimensions.compactMap(\.self)
    guard known.count == dimensions.count else {
      let text = dimensions.map { $0.map(String.init) ?? "any" }.joined(separator: "×")
      throw UnexpectedContent(
        expected: "an input of fixed size in model '\(definition.name)'", found: text)
    }
    do throws(ShapeError) {
      return try Shape(known).checked()
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
    for layer in flattening.layers {
      var current = layer.inputs.map(resolve)
      let parts = try parts(of: layer, inputs: current.map(\.shape))
      guard !parts.isEmpty || current.count == 1 else {
        throw layer.configuration.unexpected("\(current.count)", expected: "one input")
      }
      for part in parts {
        let name = layer.name + part.suffix
        nodes.append(Graph.Node(name: name, layer: part.layer, inputs: current.map(\.name)))
        origins[name] = Origin(
          configuration: layer.configuration, path: layer.path, fileNames: part.fileNames,
          isFrozen: layer.isFrozen)
        do throws(ShapeError) {
          current = [(name, try part.layer.outputShape(for: current.map(\.shape)))]
        } catch {
          throw layer.configuration.unexpected(error.found, expected: error.expected)
        }
      }
      outputs.append(current[0])
      if let penalty = try layer.configuration.regularizer(of: "activity") {
        rules.activityRegularizers[current[0].name] = penalty
      }
      note(layer)
    }
    let output = resolve(flattening.output).name
    do throws(GraphError) {
      return try Graph(
        name: name, inputShape: input, nodes: Graph.nodes(leadingTo: output, among: nodes))
    } catch {
      throw UnexpectedContent(expected: "a graph of layers that fit together", found: "\(error)")
    }
  }

  private mutating func parts(of layer: KerasFlattening.Layer, inputs: [Shape])
    throws(UnexpectedContent) -> [KerasLayerBuilder.Part]
  {
    var weights = weights
    let siblings = siblings[layer.path[0]] ?? []
    let parts = try builder.parts(of: layer.configuration, inputs: inputs) {
      (name) throws(UnexpectedContent) in
      let dataset = try weights.dataset(path: layer.path, names: [name], siblings: siblings)
      return weights.withValues(of: dataset) { Array($0) }
    }
    self.weights = weights
    return parts
  }

  /// Tells the report what is peculiar about a layer.
  private mutating func note(_ layer: KerasFlattening.Layer) {
    let className = layer.configuration.className
    if let reason = KerasLayerBuilder.dropped[className] {
      report.skippedLayers.append("layer \(layer.name) (\(className)): \(reason)")
    }
    if layer.isInference, !layer.isFrozen, className.contains("BatchNorm") {
      report.warnings.append(
        "\(layer.name) was called with training=False: freeze it to keep its statistics")
    }
  }
}

/// The parameters.
extension KerasAssembly {
  private mutating func parameter(
    _ specification: ParameterSpecification, of node: String, from origin: Origin
  ) throws(UnexpectedContent) -> Parameter {
    let dataset = try weights.dataset(
      path: origin.path, names: origin.fileNames(of: specification.name),
      siblings: siblings[origin.path[0]] ?? [])
    // Before memory is taken: what the file holds bounds it.
    guard dataset.shape == specification.shape else {
      throw UnexpectedContent(
        expected: "\(node)/\(specification.name) of shape \(Shape(specification.shape))",
        found: Shape(dataset.shape).description)
    }
    let values = weights.withValues(of: dataset) { FloatBuffer($0) }
    let parameter = Parameter(layer: node, specification: specification, values: values)
    let strange = UnsafeBufferPointer(start: values.pointer, count: values.count)
      .count { !$0.isFinite }
    if strange > 0 {
      report.warnings.append("\(parameter.name) has \(strange) values that are no numbers")
    }
    report.loaded.append(parameter.name)
    return parameter
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

extension FloatBuffer {
  fileprivate convenience init(_ values: UnsafeBufferPointer<Float>) {
    self.init(count: values.count)
    if let source = values.baseAddress { pointer.update(from: source, count: values.count) }
  }
}
