/// The weights of a TensorFlow graph: constants that are in it, and variables of a checkpoint beside it.
final class TensorFlowArchive: TensorArchive {
  /// Constants by the names of their nodes.
  private var constants: [String: MessageTensor] = [:]
  private let variables: TensorFlowVariables?

  init(variables: TensorFlowVariables?) {
    self.variables = variables
  }

  func add(_ tensor: MessageTensor, named name: String) { constants[name] = tensor }

  var tensorNames: [String] {
    constants.keys.sorted() + (variables?.names ?? [])
  }

  func tensor(named name: String) -> StoredTensor? {
    if let constant = constants[name] {
      return StoredTensor(shape: constant.shape, type: constant.type.name)
    }
    return variables?.tensor(of: name)
  }

  func read(_ name: String, into destination: UnsafeMutableBufferPointer<Float>) throws {
    if let constant = constants[name] {
      guard constant.count == destination.count else {
        throw UnexpectedContent(
          expected: "a tensor '\(name)' of \(destination.count) values", found: "\(constant.count)")
      }
      try constant.read(into: destination)
      return
    }
    guard let variables else {
      throw UnexpectedContent(expected: "a tensor '\(name)'", found: "none")
    }
    try variables.read(name, into: destination)
  }
}

/// The variables of a graph, whose values are in a checkpoint under keys that may be called otherwise.
struct TensorFlowVariables {
  let archive: any TensorArchive
  /// Of each variable's node, what its values are called in the checkpoint.
  let keys: [String: String]

  func key(of variable: String) -> String? {
    if let key = keys[variable], archive.tensor(named: key) != nil { return key }
    return archive.tensor(named: variable) == nil ? nil : variable
  }

  func tensor(of variable: String) -> StoredTensor? {
    key(of: variable).flatMap { archive.tensor(named: $0) }
  }

  func read(_ variable: String, into destination: UnsafeMutableBufferPointer<Float>) throws {
    guard let key = key(of: variable) else {
      throw UnexpectedContent(expected: "values of variable '\(variable)'", found: "none")
    }
    try archive.read(key, into: destination)
  }

  /// What the checkpoint holds, by the names that the graph has for it.
  var names: [String] {
    let variables = Dictionary(keys.map { ($1, $0) }, uniquingKeysWith: { min($0, $1) })
    return archive.tensorNames.map { variables[$0] ?? $0 }
  }
}

extension TensorFlowVariables {
  private static let restores: Set<String> = ["RestoreV2", "Restore", "RestoreSlice"]
  private static let assigns: Set<String> = ["Assign", "AssignVariableOp"]

  /// Of each variable, the key by which the graph itself restores it.
  static func keys(in graph: TensorFlowGraph, restoring operation: String?) -> [String: String] {
    // Object-based checkpoints are restored by a function.
    if let operation, let node = graph.nodes[operation] {
      _ = try? graph.settled(node.output(0))
    }
    var keys: [String: String] = [:]
    for node in graph.nodes.values where assigns.contains(node.operation) && node.inputs.count == 2
    {
      guard let target = try? graph.node(of: node.inputs[0]),
        let (restore, output) = restored(node.inputs[1], in: graph, depth: 8),
        restore.inputs.count > 1, let names = strings(restore.inputs[1], in: graph),
        names.indices.contains(output)
      else { continue }
      keys[target.name] = names[output]
    }
    return keys
  }

  private static func restored(
    _ reference: String, in graph: TensorFlowGraph, depth: Int
  ) -> (TensorFlowNode, output: Int)? {
    guard depth > 0, let place = try? graph.settled(reference),
      let node = try? graph.node(of: place)
    else { return nil }
    if restores.contains(node.operation) { return (node, TensorFlowNode.parts(of: place).output) }
    guard ["Identity", "IdentityN", "Cast"].contains(node.operation) else { return nil }
    let output = TensorFlowNode.parts(of: place).output
    guard node.inputs.indices.contains(output) else { return nil }
    return restored(node.inputs[output], in: graph, depth: depth - 1)
  }

  private static func strings(_ reference: String, in graph: TensorFlowGraph) -> [String]? {
    guard let node = try? graph.node(of: reference), let tensor = node.tensor else { return nil }
    return tensor.stringVal.map { String(decoding: $0, as: UTF8.self) }
  }
}
