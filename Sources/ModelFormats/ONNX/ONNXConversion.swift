import Kernels
import Network

/// One node after the other, from ONNX' operators to layers.
final class ONNXConversion: GraphConversion {
  let tensors: MessageArchive
  let opset: Int

  init(
    tensors: MessageArchive, draft: GraphDraft, opset: Int, fixedBatch: Int?, report: ImportReport,
    input: (name: String, feature: Feature), readers: [String: Int]
  ) {
    self.tensors = tensors
    self.opset = opset
    super.init(
      archive: FoldedArchive(tensors), draft: draft, fixedBatch: fixedBatch, report: report,
      input: input, readers: readers)
  }

  override func storedConstant(named name: String) throws -> ConstantTensor? {
    guard let tensor = tensors.tensors[name] else { return nil }
    guard !tensor.type.isFloatingPoint else {
      return ConstantTensor(shape: tensor.shape, .stored(name))
    }
    return ConstantTensor(
      shape: tensor.shape, .counts(try tensor.integers(of: name).map { BatchCount($0) }))
  }

  override func owner(ofWeight name: String?) -> String? { ONNXLayerName.owner(ofWeight: name) }

  override func owner(ofBias name: String) -> String? { ONNXLayerName.owner(ofBias: name) }

  func convert(_ node: ONNXNode) throws {
    guard node.message.domain.isEmpty || node.message.domain == "ai.onnx",
      let operation = ONNXOperatorTable.rows[node.operation]
    else {
      let domain = node.message.domain
      let isControl = node.hasSubgraph
      throw UnexpectedContent(
        expected: isControl
          ? "a graph without control flow" : "operators that Thaw has layers for",
        found: "'\(domain.isEmpty ? "" : domain + ".")\(node.operation)', node \(node.label)")
    }
    // Some are read for nothing, such as whether a dropout was exported for training.
    used.formUnion(node.inputs.filter { tensors.tensors[$0] != nil })
    let results = try operation(self)(node)
    for (name, value) in zip(node.outputs, results) where !name.isEmpty {
      if case .constant(var constant) = value {
        // Copies of weights under another name keep the name that a module has for them.
        if constant.name == nil || node.operation == "Identity" { constant.name = name }
        assign(.constant(constant), to: name)
      } else {
        assign(value, to: name)
      }
    }
  }
}

/// What nodes read.
extension ONNXConversion {
  /// Whole numbers of an attribute, or of an input where later versions of the operator have them.
  func integers(_ node: ONNXNode, _ attribute: String, input index: Int) throws -> [Int]? {
    if let integers = node.integers(attribute) { return integers }
    guard let constant = try constant(node, index) else { return nil }
    guard let integers = constant.integers else {
      throw node.unexpected(
        "others", expected: "whole numbers that do not depend on the batch as '\(attribute)'")
    }
    return integers
  }
}

/// Images, whose channels come first in ONNX.
extension ONNXConversion {
  func image(_ feature: Feature, _ node: ONNXNode) throws -> Int {
    try image(feature, .channelsFirst, node)
  }

  func imageFeature(_ node: Int) -> Feature { imageFeature(node, .channelsFirst) }
}
