import Network

/// The nodes of a graph by name. Calls of functions are put in their place when they are come upon.
final class TensorFlowGraph {
  private(set) var nodes: [String: TensorFlowNode] = [:]
  /// Names in the file's order.
  let names: [String]
  private let functions: [String: TFFunctionDef]
  /// What stands for an output of a call, or an argument of a function.
  private var aliases: [String: String] = [:]
  private var inlined: Set<String> = []
  /// Nodes of training that were taken to be off, for the report.
  private(set) var assumptions: [String] = []

  private var truths: [String: Bool?] = [:]
  private var numbers: [String: Float?] = [:]

  private static let nodeLimit = 1 << 20
  private static let depthLimit = 32
  private static let followedLimit = 1 << 12

  init(_ file: TensorFlowGraphFile) throws {
    functions = file.functions
    for node in file.nodes {
      guard nodes.updateValue(node, forKey: node.name) == nil else {
        throw UnexpectedContent(expected: "one node '\(node.name)'", found: "two")
      }
    }
    names = file.nodes.map(\.name)
  }

  /// The output that a reference stands for once calls are inlined.
  /// - Throws: `UnexpectedContent` where there is none.
  func settled(_ reference: String) throws -> String {
    var reference = reference
    for _ in 0..<Self.followedLimit {
      if let next = aliases[reference] {
        reference = next
        continue
      }
      let (name, _) = TensorFlowNode.parts(of: reference)
      guard let node = nodes[name] else {
        throw UnexpectedContent(
          expected: "a node '\(name)', which another one reads", found: "none (a cut graph)")
      }
      guard !inlined.contains(name), let callee = callee(of: node) else { return reference }
      try inline(node, callee.function, arguments: callee.arguments)
      guard aliases[reference] != nil else {
        throw node.unexpected("fewer", expected: "an output '\(reference)'")
      }
    }
    throw UnexpectedContent(expected: "calls that come to an end", found: "'\(reference)'")
  }

  func node(of reference: String) throws -> TensorFlowNode {
    let name = TensorFlowNode.parts(of: try settled(reference)).node
    // There is a node, or settling would have thrown.
    return nodes[name]!
  }

  /// The function that a node calls, and what it hands over.
  private func callee(of node: TensorFlowNode) -> (function: TFFunctionDef, arguments: [String])? {
    switch node.operation {
    case "PartitionedCall", "StatefulPartitionedCall":
      return node.function("f").flatMap { functions[$0] }.map { ($0, node.inputs) }
    case "If", "StatelessIf":
      guard let condition = node.inputs.first, let truth = truth(of: condition),
        let branch = node.function(truth ? "then_branch" : "else_branch").flatMap({ functions[$0] })
      else { return nil }
      return (branch, Array(node.inputs.dropFirst()))
    default:
      return functions[node.operation].map { ($0, node.inputs) }
    }
  }

  private func inline(
    _ call: TensorFlowNode, _ function: TFFunctionDef, arguments: [String]
  ) throws {
    let prefix = call.name + TensorFlowNode.callSeparator
    guard nodes.count + function.nodeDef.count <= Self.nodeLimit,
      prefix.split(separator: "/", omittingEmptySubsequences: false).count(where: \.isEmpty)
        <= Self.depthLimit
    else {
      throw call.unexpected(
        "more", expected: "functions that call each other no more than \(Self.depthLimit) deep")
    }
    inlined.insert(call.name)
    var given: [String: String] = [:]
    for (argument, value) in zip(function.signature.inputArg, arguments) {
      given[argument.name] = value
    }
    let operations = Dictionary(
      function.nodeDef.map { ($0.name, $0.op) }, uniquingKeysWith: { first, _ in first })
    // `argument`, or `node:output:index`.
    func reference(_ text: String) throws -> String {
      if let value = given[text] { return value }
      let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      guard parts.count >= 2, let operation = operations[parts[0]] else {
        throw call.unexpected("'\(text)'", expected: "values of the function's own nodes")
      }
      let index = parts.count > 2 ? Int(parts[2]) ?? 0 : 0
      let first =
        functions[operation].flatMap { callee in
          callee.signature.outputArg.firstIndex { $0.name == parts[1] }
        } ?? Self.outputs[operation]?.firstIndex(of: parts[1]) ?? 0
      guard (0..<Self.nodeLimit).contains(index) else {
        throw call.unexpected("'\(text)'", expected: "an output's number")
      }
      return "\(prefix)\(parts[0]):\(first + index)"
    }
    for message in function.nodeDef {
      var node = TensorFlowNode(
        name: prefix + message.name, operation: message.op, attributes: message.attr)
      for input in message.input {
        if input.hasPrefix("^") {
          node.controls.append(prefix + input.dropFirst())
        } else {
          node.inputs.append(try reference(input))
        }
      }
      guard nodes.updateValue(node, forKey: node.name) == nil else {
        throw UnexpectedContent(expected: "one node '\(node.name)'", found: "two")
      }
    }
    for (index, output) in function.signature.outputArg.enumerated() {
      guard let returned = function.ret[output.name] else { continue }
      aliases[call.output(index)] = try reference(returned)
    }
  }

  /// Outputs of operations that have several, in order.
  private static let outputs: [String: [String]] = [
    "Switch": ["output_false", "output_true"], "Merge": ["output", "value_index"],
    "TopKV2": ["values", "indices"], "Unique": ["y", "idx"],
    "FusedBatchNorm": batchNorm, "FusedBatchNormV2": batchNorm, "FusedBatchNormV3": batchNorm,
  ]

  private static let batchNorm = ["y", "batch_mean", "batch_variance"]
}

/// Values that are known before anything is computed.
extension TensorFlowGraph {
  private static let evaluationDepth = 64

  /// Whether a predicate holds once training is over; `nil` where that depends on what is computed.
  func truth(of reference: String) -> Bool? { truth(of: reference, depth: Self.evaluationDepth) }

  private func truth(of reference: String, depth: Int) -> Bool? {
    if let known = truths[reference] { return known }
    let truth = freshTruth(of: reference, depth: depth)
    truths.updateValue(truth, forKey: reference)
    return truth
  }

  private func freshTruth(of reference: String, depth: Int) -> Bool? {
    guard depth > 0, let node = try? node(of: reference) else { return nil }
    func input(_ index: Int) -> Bool? {
      node.inputs.indices.contains(index) ? truth(of: node.inputs[index], depth: depth - 1) : nil
    }
    switch node.operation {
    case "Const":
      guard let tensor = node.tensor.flatMap({ try? MessageTensor($0, name: node.name) }),
        tensor.count == 1
      else { return nil }
      if let integers = try? tensor.integers(of: node.name) { return integers[0] != 0 }
      return nil
    case "Placeholder", "PlaceholderV2":
      guard node.type("dtype") == .dtBool else { return nil }
      return assumed(node)
    case "PlaceholderWithDefault", "Identity", "Switch", "RefSwitch", "StopGradient", "Cast":
      return input(0)
    case "LogicalNot": return input(0).map { !$0 }
    case "LogicalAnd":
      if let a = input(0), let b = input(1) { return a && b }
      return input(0) == false || input(1) == false ? false : nil
    case "LogicalOr":
      if let a = input(0), let b = input(1) { return a || b }
      return input(0) == true || input(1) == true ? true : nil
    case "Merge":
      let values = node.inputs.indices.compactMap(input)
      return values.count == node.inputs.count && Set(values).count == 1 ? values[0] : nil
    default: return nil
    }
  }

  /// A flag that has to be fed: whether the network is being trained, by its name.
  private func assumed(_ node: TensorFlowNode) -> Bool {
    let name = node.plainName.lowercased()
    let isInference = ["infer", "test", "eval", "predict"].contains(where: name.contains)
    let isTraining = ["train", "phase", "learn"].contains(where: name.contains)
    let value = isInference && !isTraining
    let note = "'\(node.plainName)', which TensorFlow has to be told, is taken as \(value)"
    if !assumptions.contains(note) { assumptions.append(note) }
    return value
  }

  /// A number that is known; `nil` where there is none.
  func number(_ reference: String) -> Float? { number(reference, depth: Self.evaluationDepth) }

  private func number(_ reference: String, depth: Int) -> Float? {
    if let known = numbers[reference] { return known }
    let number = freshNumber(reference, depth: depth)
    numbers.updateValue(number, forKey: reference)
    return number
  }

  private func freshNumber(_ reference: String, depth: Int) -> Float? {
    guard depth > 0, let node = try? node(of: reference) else { return nil }
    func input(_ index: Int) -> Float? {
      node.inputs.indices.contains(index) ? number(node.inputs[index], depth: depth - 1) : nil
    }
    func both(_ combine: (Float, Float) -> Float) -> Float? {
      guard let a = input(0), let b = input(1) else { return nil }
      return combine(a, b)
    }
    switch node.operation {
    case "Const":
      guard let tensor = node.tensor.flatMap({ try? MessageTensor($0, name: node.name) }),
        tensor.count == 1
      else { return nil }
      var value: Float = 0
      let isRead: Void? = withUnsafeMutablePointer(to: &value) { pointer in
        try? tensor.read(into: UnsafeMutableBufferPointer(start: pointer, count: 1))
      }
      return isRead == nil ? nil : value
    case "Identity", "PlaceholderWithDefault", "Cast", "StopGradient": return input(0)
    case "Switch": return input(0)
    case "Add", "AddV2": return both(+)
    case "Sub": return both(-)
    case "Mul": return both(*)
    case "RealDiv", "Div": return both(/)
    default: return nil
    }
  }

  /// A row of whole numbers that is in the graph as it is.
  func integers(_ reference: String) -> [Int]? {
    guard let node = try? node(of: reference), node.operation == "Const" else { return nil }
    let tensor = node.stored ?? node.tensor.flatMap { try? MessageTensor($0, name: node.name) }
    guard let tensor, !tensor.type.isFloatingPoint else { return nil }
    return try? tensor.integers(of: node.name)
  }
}
