import Files

/// A graph with what is known beside it: which values go in and out, and where its variables are.
struct TensorFlowDescription {
  /// Names of values, by what the signature calls them.
  struct Signature {
    let inputs: [String: String]
    let outputs: [String: String]
  }

  let graph: TensorFlowGraphFile
  private(set) var signature: Signature?
  private(set) var restoreOperation: String?
  private(set) var version = ""
  private(set) var tags: [String] = []
  /// `nil` for a graph that has its weights in it.
  var checkpoint: TensorFlowCheckpointFiles?

  /// The field of `MetaGraphDef` with the graph, and those beside it.
  private static let graphField = 2
  private static let fields: Set<Int> = [1, 3, 5]
  private static let limit = 1 << 26

  init(graph: TensorFlowGraphFile) {
    self.graph = graph
  }

  /// A `MetaGraphDef`.
  init(_ walker: MessageWalker, in range: Range<Int>) throws {
    let fields = try walker.fields(in: range)
    guard let field = fields.first(where: { $0.number == Self.graphField && $0.wire == 2 }) else {
      throw UnexpectedContent(expected: "a graph", found: "none")
    }
    graph = try TensorFlowGraphFile(walker, in: field.value)
    let message: TFMetaGraphDef = try walker.message(
      fields.filter { Self.fields.contains($0.number) }, limit: Self.limit)
    version = message.metaInfoDef.tensorflowVersion
    tags = message.metaInfoDef.tags
    restoreOperation =
      message.saverDef.restoreOpName.isEmpty ? nil : message.saverDef.restoreOpName
    let signatures = message.signatureDef.filter { entry in
      !entry.key.hasPrefix("__saved_model") && !entry.value.outputs.isEmpty
    }
    guard
      let chosen = signatures["serving_default"]
        ?? signatures.keys.sorted().first.flatMap({ signatures[$0] })
    else { return }
    signature = Signature(
      inputs: chosen.inputs.mapValues(\.name), outputs: chosen.outputs.mapValues(\.name))
  }
}
