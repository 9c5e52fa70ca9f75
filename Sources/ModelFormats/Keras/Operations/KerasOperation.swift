import JSON
import Kernels
import Network

/// A function of tensors in the place of a layer: one of TensorFlow's, which Keras 2 wraps
/// (`TFOpLambda`, `SlicingOpLambda`, `TensorFlowOpLayer`), or one of Keras 3's own. What it does may
/// depend on constants beside the tensors.
struct KerasOperation {
  typealias Part = KerasLayerBuilder.Part

  /// In small letters, without the module: `add`, `truediv`, `relu`.
  let name: String
  let layer: KerasLayerConfiguration
  /// The configuration and the keyword arguments.
  let settings: KerasLayerConfiguration
  let arguments: [KerasArgument]
  let keywords: [String: KerasArgument]
  let inputs: [Shape]
  let major: Int

  /// - Throws: where the layer does not say what it does.
  init(
    _ layer: KerasLayerConfiguration, call: KerasCall?, inputs: [Shape], major: Int
  ) throws(UnexpectedContent) {
    guard !inputs.isEmpty else { throw layer.unexpected("none", expected: "a tensor as argument") }
    self.layer = layer
    self.inputs = inputs
    self.major = major
    var arguments = call?.arguments ?? inputs.indices.map { .input($0) }
    var keywords = call?.keywords ?? [:]
    var function = layer.className
    switch layer.className {
    case "TFOpLambda", "SlicingOpLambda":
      guard let text = layer["function"]?.string else {
        throw layer.unexpected("none", expected: "a 'function'")
      }
      function = text
    case "TensorFlowOpLayer":
      function = try Self.nodeOperation(of: layer)
      arguments = try Self.withConstants(layer, among: arguments)
    default: break
    }
    name = (function.split(separator: ".").last.map(String.init) ?? function).lowercased()
    // What some functions call their tensors.
    for key in ["x", "x1", "a", "features", "input", "input_tensor", "logits", "values", "tensor"]
    where arguments.isEmpty {
      if let value = keywords.removeValue(forKey: key) { arguments.append(value) }
    }
    self.arguments = arguments
    self.keywords = keywords
    var values = layer.values
    for (key, argument) in keywords {
      if case .value(let value) = argument { values[key] = value }
    }
    settings = KerasLayerConfiguration(
      className: layer.className, name: layer.name, values: values)
  }

  /// TensorFlow 2.0 to 2.3 keep the graph's node, as JSON or as protobuf's text.
  private static func nodeOperation(of layer: KerasLayerConfiguration) throws(UnexpectedContent)
    -> String
  {
    guard let node = layer["node_def"]?.string else {
      throw layer.unexpected("none", expected: "a 'node_def' as text")
    }
    if let json = try? JSONValue.parse(node), let operation = json["op"]?.string {
      return operation
    }
    let parts = node.split(separator: "op: \"", maxSplits: 1)
    guard parts.count == 2, let operation = parts[1].split(separator: "\"").first else {
      throw layer.unexpected("another text", expected: "a 'node_def' with an operation")
    }
    return String(operation)
  }

  /// Puts the constants, which are kept by their place, between the tensors.
  private static func withConstants(
    _ layer: KerasLayerConfiguration, among arguments: [KerasArgument]
  ) throws(UnexpectedContent) -> [KerasArgument] {
    var result: [KerasArgument] =
      if case .list(let list)? = arguments.first { list } else { arguments }
    let constants = layer["constants"]?.object ?? [:]
    for key in constants.keys.sorted(by: { Int($0) ?? 0 < Int($1) ?? 0 }) {
      guard let place = Int(key), (0...result.count).contains(place), let value = constants[key]
      else { throw layer.unexpected("'\(key)'", expected: "places of arguments as 'constants'") }
      result.insert(.value(value), at: place)
    }
    return result
  }

  func unknown() -> UnexpectedContent {
    layer.unexpected("'\(name)'", expected: "an operation that Thaw knows")
  }

  /// Layers of ours that do the same.
  /// - Throws: for an operation that is not known, and for arguments that it cannot have.
  func parts() throws(UnexpectedContent) -> [Part] {
    if let read = Self.table[name] { return try read(self)() }
    guard
      let activation = try KerasActivation(operation: name, settings: settings, major: major),
      case .elementwise(let function) = activation
    else { throw unknown() }
    return [Part(layer: ActivationLayer(function))]
  }
}

/// The operations beside activations, by each of the names that they have.
extension KerasOperation {
  typealias Read = @Sendable (KerasOperation) -> () throws(UnexpectedContent) -> [Part]

  private static let table: [String: Read] = {
    let rows: [(names: [String], read: Read)] = [
      (
        [
          "add", "addv2", "bias_add", "biasadd", "subtract", "sub", "multiply", "mul", "truediv",
          "truedivide", "true_divide", "divide", "realdiv", "div", "maximum", "minimum",
        ], KerasOperation.binary
      ),
      (["add_n"], KerasOperation.sum), (["negative", "neg"], KerasOperation.negation),
      (["square"], KerasOperation.square), (["pow", "power"], KerasOperation.power),
      (["sqrt"], KerasOperation.squareRoot), (["rsqrt"], KerasOperation.reciprocalRoot),
      (["reciprocal"], KerasOperation.reciprocal), (["abs", "absolute"], KerasOperation.absolute),
      (["clip", "clip_by_value", "clipbyvalue"], KerasOperation.clip),
      (["identity", "stop_gradient", "stopgradient", "copy"], KerasOperation.nothing),
      (["cast"], KerasOperation.cast),
      (["reduce_mean", "mean"], KerasOperation.meanPooling),
      (["reduce_max", "max"], KerasOperation.maxPooling),
      (["reshape"], KerasOperation.reshape),
      (["expand_dims", "expanddims"], KerasOperation.expandDimensions),
      (["squeeze"], KerasOperation.squeeze),
      (["concat", "concatenate", "concatv2"], KerasOperation.concatenation),
      (["stack"], KerasOperation.stack), (["transpose", "permute"], KerasOperation.transpose),
      (["getitem", "get_item"], KerasOperation.slice), (["pad", "padv2"], KerasOperation.pad),
      (["resize"], KerasOperation.resize), (["softmax"], KerasOperation.softmax),
      (["log_softmax"], KerasOperation.refusal),
    ]
    return Dictionary(
      uniqueKeysWithValues: rows.flatMap { row in row.names.map { ($0, row.read) } })
  }()

  private func nothing() throws(UnexpectedContent) -> [Part] { [] }

  private func refusal() throws(UnexpectedContent) -> [Part] { throw unknown() }

  private func resize() throws(UnexpectedContent) -> [Part] {
    try KerasResizing(settings, inputs: inputs, major: major).operation()
  }

  private func softmax() throws(UnexpectedContent) -> [Part] {
    try settings.requireLastAxis(rank: inputs[0].rank)
    return [Part(layer: Softmax())]
  }
}
