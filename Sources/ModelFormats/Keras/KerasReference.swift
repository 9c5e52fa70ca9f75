/// How Keras points at one output of one call of one layer: `[layer, call, output]`.
///
/// The call's number is not looked at: for nested models it starts at 0 or at 1, depending on the
/// version, and a layer that is called more than once is refused.
struct KerasReference {
  let layer: String
  private let output: Int

  /// The layer's name, if its first output is meant.
  func firstTensor() throws(UnexpectedContent) -> String {
    guard output == 0 else {
      throw UnexpectedContent(
        expected: "layers with one output", found: "output \(output) of layer '\(layer)'")
    }
    return layer
  }

  init?(_ value: JSONValue) {
    guard let parts = value.list, parts.count >= 3, let layer = parts[0].string,
      parts[1].integer != nil, let output = parts[2].integer
    else { return nil }
    self.layer = layer
    self.output = output
  }

  /// Every reference in a value of lists and objects: one alone, a list, or a dictionary by name.
  static func all(in value: JSONValue?) -> [KerasReference] {
    guard let value else { return [] }
    if let reference = KerasReference(value) { return [reference] }
    if let list = value.list { return list.flatMap { all(in: $0) } }
    let members = value.object ?? [:]
    return members.keys.sorted().flatMap { all(in: members[$0]) }
  }

  /// Every reference in a value of Keras 3, where a `__keras_tensor__` object stands for a tensor.
  static func tensors(in value: JSONValue?) -> [KerasReference] {
    guard let value else { return [] }
    if value["class_name"]?.string == "__keras_tensor__" {
      return value["config"]?["keras_history"].flatMap { KerasReference($0) }.map { [$0] } ?? []
    }
    if let list = value.array { return list.flatMap { tensors(in: $0) } }
    let members = value.object ?? [:]
    return members.keys.sorted().flatMap { tensors(in: members[$0]) }
  }
}

/// One call of a layer in a functional model.
struct KerasCall {
  /// The layers whose outputs it reads, in order.
  let inputs: [String]
  /// It was called with `training=False`: in Keras its batch-norms keep their statistics, trained
  /// or not.
  let isInference: Bool

  /// Keras 2: `[[layer, call, output, {keywords}], …]`, or one of those alone. Keras 3:
  /// `{"args": …, "kwargs": …}`.
  init(_ node: JSONValue, of layer: KerasLayerConfiguration) throws(UnexpectedContent) {
    var references: [KerasReference]
    var keywords: [String: JSONValue] = [:]
    if let arguments = node["args"] {
      keywords = node["kwargs"]?.object ?? [:]
      references = KerasReference.tensors(in: arguments)
      references += KerasReference.tensors(in: keywords.removeValue(forKey: "inputs"))
    } else {
      references = KerasReference.all(in: node)
      for part in KerasReference(node) == nil ? node.list ?? [] : [node] {
        keywords.merge(part.list?.dropFirst(3).first?.object ?? [:]) { $1 }
      }
    }
    for (keyword, value) in keywords
    where !(KerasReference.all(in: value) + KerasReference.tensors(in: value)).isEmpty {
      throw layer.unexpected("'\(keyword)'", expected: "no tensors as keyword arguments")
    }
    var inputs: [String] = []
    for reference in references { inputs.append(try reference.firstTensor()) }
    self.inputs = inputs
    isInference = keywords["training"]?.bool == false
  }
}
