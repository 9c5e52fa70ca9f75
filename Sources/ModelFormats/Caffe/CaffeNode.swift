import Network

/// A layer of a net among those that lead to its answer.
struct CaffeNode: FileNode {
  let layer: CaffeLayer
  /// Values that it reads, each by a name that no other value has: many layers in Caffe write over what
  /// they read.
  let inputs: [String]
  /// Values that it gives, in the order of its tops.
  let outputs: [String]

  var name: String { layer.name }
  var type: String { layer.type }
  var message: CaffeMessage { layer.message }
  var label: String { layer.label }

  var layerName: DraftName {
    DraftName(scope: "", operation: layer.name, owner: layer.name.isEmpty ? nil : layer.name)
  }

  /// How it is told to compute: `convolution_param`.
  func parameters(_ name: String) throws -> CaffeMessage { try message.message(name) }
}
