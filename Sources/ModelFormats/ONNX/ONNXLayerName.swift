import Foundation

/// What exporters leave of modules' names: PyTorch's older one in the nodes' names, its newer one in
/// their metadata, tf2onnx in paths as TensorFlow has them.
enum ONNXLayerName {
  static func name(of node: ONNXNode) -> DraftName {
    let operation = node.operation.lowercased()
    if let layer = node.message.metadataProps.first(where: { $0.key == ONNXGraphWriter.layerKey }) {
      return DraftName(scope: "", operation: layer.value, owner: layer.value)
    }
    if let scopes = node.message.metadataProps.first(where: {
      $0.key == "pkg.torch.onnx.name_scopes"
    }) {
      return name(scopes: quoted(scopes.value), operation: operation)
    }
    let parts = modules(node.message.name)
    guard parts.count > 1 else {
      return DraftName(scope: "", operation: parts.first ?? operation)
    }
    return DraftName(
      scope: joined(Array(parts.dropLast())), operation: parts[parts.count - 1].lowercased())
  }

  /// `['', 'layer1', 'layer1.0', 'layer1.0.relu', 'relu_1']`: modules, and last the call.
  private static func name(scopes: [String], operation: String) -> DraftName {
    let modules = scopes.dropLast().filter { !$0.isEmpty }
    return DraftName(scope: modules.last ?? "", operation: scopes.last ?? operation)
  }

  private static func quoted(_ list: String) -> [String] {
    // Every second part stands between quotes.
    list.split(separator: "'", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }.map { String($0.element) }
  }

  /// The parts of a path. TensorFlow's begin with the model's own name, which is no module, and Keras
  /// counts each of its layers once more when it exports a model: `resnet50_1/conv1_relu_1/Relu`.
  private static func modules(_ path: String) -> [String] {
    var parts = path.split(separator: "/").map(String.init)
    guard !path.hasPrefix("/"), parts.count > 2 else { return parts }
    let model = parts.removeFirst()
    guard model.hasSuffix("_1") else { return parts }
    return parts.dropLast().map { $0.hasSuffix("_1") ? String($0.dropLast(2)) : $0 }
      + parts.suffix(1)
  }

  /// What TensorFlow calls operations and variables within a layer.
  private static let variables: Set<String> = [
    "convolution", "depthwise", "Conv2D", "MatMul", "BiasAdd", "Cast", "ReadVariableOp", "kernel",
    "batchnorm", "gamma", "alpha",
  ]

  /// `layer1`, `layer1.0`, `conv1` → `layer1.0.conv1`: PyTorch repeats a list's name in its members'.
  private static func joined(_ parts: [String]) -> String {
    var kept: [String] = []
    for part in parts {
      if let last = kept.last, part == last || part.hasPrefix(last + ".") {
        kept[kept.count - 1] = part
      } else {
        kept.append(part)
      }
    }
    return kept.joined(separator: ".")
  }

  /// The module that a weight belongs to, where its name says: `layer1.0.conv1` of
  /// `layer1.0.conv1.weight`, `block1_conv1` of `block1_conv1/kernel:0`.
  static func owner(ofWeight name: String?) -> String? {
    guard let name else { return nil }
    let roles = [
      "weight", "kernel", "gamma", "scale", "depthwise_kernel", "pointwise_kernel", "alpha",
      "slope", "W", "w",
    ]
    for separator in name.hasSuffix(":0") ? ["."] : [".", "/"] {
      let text = name
      for role in roles where text.hasSuffix(separator + role) {
        let owner = String(text.dropLast(role.count + 1))
        guard !owner.isEmpty else { continue }
        return separator == "/" ? joined(owner.split(separator: "/").map(String.init)) : owner
      }
    }
    let parts = modules(name)
    guard name.hasSuffix(":0"), let end = parts.firstIndex(where: variables.contains), end > 0
    else { return nil }
    return joined(Array(parts[..<end]))
  }

  /// Whether a bias is called as modules call theirs.
  static func owner(ofBias name: String) -> String? {
    for ending in [".bias", "/bias", "/bias:0"] where name.hasSuffix(ending) {
      return String(name.dropLast(ending.count))
    }
    return nil
  }
}
