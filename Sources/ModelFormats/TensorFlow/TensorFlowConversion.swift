import Kernels
import Network

/// One node after the other, from TensorFlow's operations to layers.
final class TensorFlowConversion: GraphConversion {
  private let weights: TensorFlowArchive
  private let variables: TensorFlowVariables?
  private let graph: TensorFlowGraph
  /// Nodes that fit a picture, which the preparation does.
  private let front: Set<String>
  /// Names that others begin with.
  private let scopes: Set<String>
  /// What `SpaceToBatchND` spreads, for the convolution that reads it.
  var spread: [String: Spread] = [:]
  /// Kernels and biases of convolutions that have been made.
  var kernels: [Int: ConstantTensor] = [:]

  /// A convolution between the spreading of pixels to a batch and its undoing is one with gaps.
  struct Spread {
    let dilation: [Int]
    let padding: Padding
  }

  init(
    path: TensorFlowPath, graph: TensorFlowGraph, input: TensorFlowInput,
    variables: TensorFlowVariables?, draft: GraphDraft, report: ImportReport
  ) {
    weights = TensorFlowArchive(variables: variables)
    self.variables = variables
    self.graph = graph
    front = input.front
    scopes = Set(
      path.nodes.compactMap { node in
        node.name.lastIndex(of: "/").map { String(node.name[..<$0]) }
      })
    var readers = Dictionary(
      path.nodes.flatMap(\.inputs).map { ($0, 1) }, uniquingKeysWith: +)
    readers[path.output, default: 0] += 1
    super.init(
      archive: FoldedArchive(weights), draft: draft, fixedBatch: input.fixedBatch, report: report,
      input: (input.name, input.feature), readers: readers)
  }

  override func owner(ofWeight name: String?) -> String? {
    TensorFlowLayerName.owner(ofWeight: name)
  }

  override func owner(ofBias name: String) -> String? {
    ["biases", "bias", "b"].contains { name.hasSuffix("/\($0)") } ? name : nil
  }

  func convert(_ node: TensorFlowNode) throws {
    if values[node.output(0)] != nil { return }
    if front.contains(node.name) {
      assign(try required(node, 0), to: node.output(0))
      return
    }
    guard let operation = TensorFlowOperatorTable.rows[node.operation] else {
      throw UnexpectedContent(
        expected: "operators that Thaw has layers for",
        found: "'\(node.operation)', node \(node.label)")
    }
    if let marked = node.inputs.first(where: { spread[$0] != nil }),
      !["Conv2D", "DepthwiseConv2dNative"].contains(node.operation)
    {
      throw node.unexpected("'\(marked)'", expected: "a convolution of what SpaceToBatchND gives")
    }
    var node = node
    node.isScope = scopes.contains(node.name)
    for (index, value) in try operation(self)(node).enumerated() {
      assign(value, to: node.output(index))
    }
  }
}

/// Constants and variables.
extension TensorFlowConversion {
  func constant(_ node: TensorFlowNode) throws -> [FileValue] {
    guard
      let tensor = try node.stored
        ?? node.tensor.flatMap({ try MessageTensor($0, name: node.plainName) })
    else {
      throw node.unexpected("another", expected: "a constant of numbers")
    }
    guard tensor.type.isFloatingPoint else {
      return [
        .constant(
          ConstantTensor(
            shape: tensor.shape,
            .counts(try tensor.integers(of: node.plainName).map { BatchCount($0) })))
      ]
    }
    weights.add(tensor, named: node.name)
    used.insert(node.name)
    return [
      .constant(ConstantTensor(shape: tensor.shape, .stored(node.name), name: node.name))
    ]
  }

  func variable(_ node: TensorFlowNode) throws -> [FileValue] {
    guard let variables else {
      throw node.unexpected(
        "none", expected: "a checkpoint beside the graph, which has the values of its variables,")
    }
    guard let constant = stored(node.name) else {
      throw node.unexpected(
        "none of that name among \(variables.archive.tensorNames.count) tensors",
        expected: "values of the variable in the checkpoint")
    }
    return [.constant(constant)]
  }

  /// A variable's values; `nil` where the checkpoint has none.
  func stored(_ name: String) -> ConstantTensor? {
    guard let tensor = variables?.tensor(of: name) else { return nil }
    used.insert(name)
    return ConstantTensor(shape: tensor.shape, .stored(name), name: name)
  }

  /// What has to be fed beside the image, once training is over: no dropout, no training.
  func placeholder(_ node: TensorFlowNode) throws -> [FileValue] {
    if node.type("dtype") == .dtBool {
      let isTrue = graph.truth(of: node.output(0)) ?? false
      return [.constant(ConstantTensor(shape: [], .counts([BatchCount(isTrue ? 1 : 0)])))]
    }
    guard node.plainName.lowercased().contains("keep") else {
      throw node.unexpected("another", expected: "an image as the only thing to be fed")
    }
    report.warnings.append("'\(node.plainName)', which TensorFlow has to be told, is taken as 1")
    return [.constant(ConstantTensor([1], shape: []))]
  }
}
