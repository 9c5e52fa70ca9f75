import JSON

/// A model as Keras' `model_config` describes it: layers, some of which may be models themselves.
struct KerasModelDefinition {
  enum Wiring {
    /// Each layer reads the one before it.
    case sequential
    /// Each layer says what it reads.
    case functional(inputs: [String], output: KerasReference)
  }

  struct Layer {
    let configuration: KerasLayerConfiguration
    /// One for each time that the layer is used; none in a Sequential model.
    let calls: [KerasCall]
    /// The layer is a model.
    let model: KerasModelDefinition?

    var name: String { configuration.name }
  }

  let name: String
  let wiring: Wiring
  let layers: [Layer]
  let isTrainable: Bool
  /// With the batch, where it stands beside the layers: that of a Sequential model whose input was
  /// known from its first batch only.
  private let buildShape: JSONValue?

  /// Whether a class of Keras is a model that this can describe.
  static func describes(className: String) -> Bool {
    ["Sequential", "Functional", "Model", "Pipeline"].contains(className)
  }

  /// - Parameter value: the object with `class_name` and `config`.
  init(_ value: JSONValue) throws(UnexpectedContent) {
    let className = value["class_name"]?.string ?? "no class"
    guard Self.describes(className: className), let config = value["config"] else {
      throw UnexpectedContent(
        expected: "a Sequential or Functional model", found: className)
    }
    // Until Keras 2.2 a Sequential model was its list of layers alone.
    let entries = config.array ?? config["layers"]?.array
    name = config["name"]?.string ?? "model"
    isTrainable = config["trainable"]?.bool ?? true
    buildShape = config["build_input_shape"] ?? value["build_input_shape"]
    guard let entries, !entries.isEmpty else {
      throw UnexpectedContent(expected: "layers in model '\(name)'", found: "none")
    }
    var layers: [Layer] = []
    for entry in entries { layers.append(try Layer(entry)) }
    self.layers = layers
    // Keras 3's Pipeline of preprocessing layers is one after the other, too.
    guard className != "Sequential", className != "Pipeline" else {
      wiring = .sequential
      return
    }
    let outputs = KerasReference.all(in: config["output_layers"])
    guard outputs.count == 1 else {
      throw UnexpectedContent(
        expected: "one output of model '\(name)'", found: "\(outputs.count)")
    }
    wiring = .functional(
      inputs: KerasReference.all(in: config["input_layers"]).map(\.layer),
      output: try outputs[0].firstTensor())
  }

  /// The input's dimensions without the batch, as the model says itself; `nil` for one left open.
  func inputDimensions() throws(UnexpectedContent) -> [Int?]? {
    switch wiring {
    case .sequential:
      if let dimensions = try layers[0].inputDimensions() { return dimensions }
      return (buildShape?.list).map { $0.dropFirst().map(\.integer) }
    case .functional(let inputs, _):
      guard inputs.count == 1 else {
        throw UnexpectedContent(
          expected: "one input of model '\(name)'", found: "\(inputs.count)")
      }
      return try layers.first { $0.name == inputs[0] }?.inputDimensions()
    }
  }
}

extension KerasModelDefinition.Layer {
  /// - Parameter value: the entry in the list of a model's layers.
  init(_ value: JSONValue) throws(UnexpectedContent) {
    // A class that a program registered goes by `Package>Name`.
    let registered = value["class_name"]?.string ?? "no class"
    let className = registered.split(separator: ">").last.map(String.init) ?? registered
    let config = value["config"]
    let isModel = KerasModelDefinition.describes(className: className)
    // The functional form repeats the name beside the configuration, which then need not have one.
    guard let name = value["name"]?.string ?? config?["name"]?.string, !name.isEmpty else {
      throw UnexpectedContent(expected: "a name of each layer", found: "a \(className) without")
    }
    configuration = KerasLayerConfiguration(
      className: className, name: name, values: config?.object ?? [:],
      registeredName: value["registered_name"]?.string ?? registered,
      isOperation: Self.isOperation(className: className, value))
    model = isModel ? try KerasModelDefinition(value) : nil
    var calls: [KerasCall] = []
    for node in value["inbound_nodes"]?.list ?? [] {
      calls.append(try KerasCall(node, of: configuration))
    }
    self.calls = calls
  }

  /// Keras 3's operations have the names of its layers, but nothing that a layer has: neither a type
  /// of numbers nor whether it is trainable.
  private static func isOperation(className: String, _ value: JSONValue) -> Bool {
    if ["TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer"].contains(className) { return true }
    let isOfVersion3 = value["inbound_nodes"]?.list?.first?["args"] != nil
    return isOfVersion3 && value["config"]?["trainable"] == nil && value["config"]?["dtype"] == nil
  }

  var isInput: Bool { configuration.className == "InputLayer" }

  fileprivate func inputDimensions() throws(UnexpectedContent) -> [Int?]? {
    let shape =
      configuration["batch_shape"] ?? configuration["batch_input_shape"]
      ?? configuration["build_input_shape"]
    guard let dimensions = shape?.list, !dimensions.isEmpty else {
      return try model?.inputDimensions()
    }
    return dimensions.dropFirst().map(\.integer)
  }
}
