/// Names of layers: TensorFlow's scopes, `InceptionV3/Mixed_5b/Branch_0/Conv2d_0a_1x1`.
enum TensorFlowLayerName {
  static func name(of node: TensorFlowNode) -> DraftName {
    let parts = scopes(node.plainName)
    guard let last = parts.last else {
      return DraftName(scope: "", operation: node.operation, separator: "/")
    }
    if node.isScope {
      return DraftName(
        scope: parts.joined(separator: "/"), operation: node.operation, separator: "/")
    }
    return DraftName(
      scope: parts.dropLast().joined(separator: "/"), operation: last, separator: "/")
  }

  /// The parts of a path. A scope that was entered twice counts once (`InceptionV3/InceptionV3/…`), and
  /// the model's own name, which Keras puts in front when it exports a model, is no scope:
  /// `functional_1/conv1_1/Relu`.
  private static func scopes(_ path: String) -> [String] {
    let parts = path.split(separator: "/").map(String.init)
    if parts.count > 2, parts[0] == parts[1] { return Array(parts.dropFirst()) }
    guard parts.count > 2, isKerasModel(parts[0]) else { return parts }
    // It counts each of its layers once more.
    return parts.dropFirst().dropLast().map { $0.hasSuffix("_1") ? String($0.dropLast(2)) : $0 }
      + parts.suffix(1)
  }

  private static func isKerasModel(_ part: String) -> Bool {
    ["functional", "sequential", "model"].contains { part.hasPrefix("\($0)_") } && part.last == "1"
  }

  /// What layers call their weights.
  private static let roles: Set<String> = [
    "weights", "weight", "kernel", "filter", "filters", "depthwise_weights", "pointwise_weights",
    "depthwise_kernel", "pointwise_kernel", "gamma", "beta", "W", "w", "alpha", "alphas",
    "conv2d_params", "final_weights",
  ]

  /// The module that a weight belongs to, where its name says: `conv1` of `conv1/weights`.
  static func owner(ofWeight name: String?) -> String? {
    guard let name else { return nil }
    var parts = scopes(
      TensorFlowNode(name: TensorFlowNode.parts(of: name).node, operation: "").plainName)
    if ["read", "ReadVariableOp"].contains(parts.last) { parts.removeLast() }
    guard let role = parts.popLast(), roles.contains(role), !parts.isEmpty else { return nil }
    return parts.joined(separator: "/")
  }
}
