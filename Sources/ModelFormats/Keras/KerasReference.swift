import JSON

/// How Keras points at one output of one call of one layer: `[layer, call, output]`.
struct KerasReference: Hashable {
  let layer: String
  /// Number of the call among the layer's. Where it begins depends on the version: see
  /// `KerasCallNumbers`.
  let call: Int
  private let output: Int

  /// The reference, if a first output is meant.
  func firstTensor() throws(UnexpectedContent) -> KerasReference {
    guard output == 0 else {
      throw UnexpectedContent(
        expected: "layers with one output", found: "output \(output) of layer '\(layer)'")
    }
    return self
  }

  init?(_ value: JSONValue) {
    guard let parts = value.list, parts.count >= 3, let layer = parts[0].string,
      layer != KerasArgument.constantMark, let call = parts[1].integer,
      (0...1 << 24).contains(call), let output = parts[2].integer
    else { return nil }
    self.layer = layer
    self.call = call
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
}

/// What a layer or an operation is called with: tensors, and what stands beside them.
indirect enum KerasArgument: Equatable {
  /// A tensor, by its place in `KerasCall.inputs`.
  case input(Int)
  /// A list with tensors in it.
  case list([KerasArgument])
  /// Anything without a tensor.
  case value(JSONValue)

  /// Keras 2 writes `[mark, −1, value]` where a first argument is no tensor.
  static let constantMark = "_CONSTANT_VALUE"
}

/// One call of a layer in a functional model.
struct KerasCall {
  /// What it reads, in order: the positional arguments' tensors, then those of keywords.
  private(set) var inputs: [KerasReference] = []
  private(set) var arguments: [KerasArgument] = []
  private(set) var keywords: [String: KerasArgument] = [:]
  /// It was called with `training=False`: in Keras its batch-norms keep their statistics, trained
  /// or not.
  private(set) var isInference = false

  /// Keras 2: `[[layer, call, output, {keywords}], …]`, or one of those alone. Keras 3:
  /// `{"args": …, "kwargs": …}`.
  /// - Throws: for a tensor as keyword argument of a layer that is no operation, and for outputs
  ///   but a layer's first.
  init(_ node: JSONValue, of layer: KerasLayerConfiguration) throws(UnexpectedContent) {
    var named: [String: JSONValue] = [:]
    if let positional = node["args"] {
      named = node["kwargs"]?.object ?? [:]
      for value in positional.list ?? [] { arguments.append(try argument(value, isVersion3: true)) }
      if let inputs = named.removeValue(forKey: "inputs") {
        arguments.append(try argument(inputs, isVersion3: true))
      }
    } else {
      let isAlone = KerasReference(node) != nil || Self.constant(in: node) != nil
      let entries = isAlone ? [node] : node.list ?? []
      for entry in entries { named.merge(entry.list?.dropFirst(3).first?.object ?? [:]) { $1 } }
      var first: [KerasArgument] = []
      for entry in entries { first.append(try argument(entry, isVersion3: false)) }
      arguments = first.count == 1 ? first : [.list(first)]
    }
    for keyword in named.keys.sorted() {
      let value = try argument(named[keyword] ?? .null, isVersion3: node["args"] != nil)
      if case .value = value {
      } else if !layer.isOperation {
        throw layer.unexpected("'\(keyword)'", expected: "no tensors as keyword arguments")
      }
      keywords[keyword] = value
    }
    if case .value(let training)? = keywords["training"] { isInference = training.bool == false }
  }

  private static func constant(in value: JSONValue) -> JSONValue? {
    guard let list = value.list, list.count >= 3, list[0].string == KerasArgument.constantMark
    else { return nil }
    return list[2]
  }

  private mutating func argument(_ value: JSONValue, isVersion3: Bool) throws(UnexpectedContent)
    -> KerasArgument
  {
    if let constant = Self.constant(in: value) { return .value(constant) }
    var reference = isVersion3 ? nil : KerasReference(value)
    if value["class_name"]?.string == "__keras_tensor__" {
      reference = value["config"]?["keras_history"].flatMap { KerasReference($0) }
    }
    if let reference {
      inputs.append(try reference.firstTensor())
      return .input(inputs.count - 1)
    }
    // Lists, and dictionaries of tensors by name, which count as lists.
    let members = value.object.map { object in object.keys.sorted().compactMap { object[$0] } }
    guard let elements = value.list ?? members else { return .value(value) }
    let before = inputs.count
    var list: [KerasArgument] = []
    for element in elements { list.append(try argument(element, isVersion3: isVersion3)) }
    return inputs.count > before ? .list(list) : .value(value)
  }
}

/// Which of a layer's calls the references of a model mean. Counting begins at 0, or where calls
/// outside of this model left off.
struct KerasCallNumbers {
  private var places: [String: Int] = [:]
  private var counts: [Int] = []
  /// Layer → the numbers that references give its calls, in order; for layers of several calls.
  private var numbers: [Int: [Int]] = [:]

  struct Place: Hashable {
    let layer: Int
    let call: Int
  }

  /// - Throws: where two layers have one name.
  init(_ model: KerasModelDefinition, output: KerasReference) throws(UnexpectedContent) {
    for (index, layer) in model.layers.enumerated() {
      guard places.updateValue(index, forKey: layer.name) == nil else {
        throw UnexpectedContent(
          expected: "different names of layers in model '\(model.name)'",
          found: "'\(layer.name)' twice")
      }
      counts.append(layer.calls.count)
    }
    var seen: [Int: Set<Int>] = [:]
    for reference in model.layers.flatMap(\.calls).flatMap(\.inputs) + [output] {
      guard let place = places[reference.layer], counts[place] > 1 else { continue }
      seen[place, default: []].insert(reference.call)
    }
    numbers = seen.mapValues { $0.sorted() }
  }

  /// - Throws: where there is no such layer, or no such call of it.
  func place(of reference: KerasReference, in model: String) throws(UnexpectedContent) -> Place {
    guard let layer = places[reference.layer] else {
      throw UnexpectedContent(
        expected: "a layer '\(reference.layer)' in model '\(model)'", found: "none of that name")
    }
    let count = counts[layer]
    guard count > 1, let known = numbers[layer], let last = known.last else {
      return Place(layer: layer, call: 0)
    }
    // All of them are meant, or those that end with the last.
    let call =
      known.count == count
      ? known.firstIndex(of: reference.call) ?? -1
      : reference.call - max(last - (count - 1), 0)
    guard (0..<count).contains(call) else {
      throw UnexpectedContent(
        expected: "\(count) calls of layer '\(reference.layer)' in model '\(model)'",
        found: "call \(reference.call)")
    }
    return Place(layer: layer, call: call)
  }
}
