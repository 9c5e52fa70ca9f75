import Kernels
import Network

/// What a value of an ONNX graph is here.
enum ONNXValue {
  case constant(ConstantTensor)
  case feature(Feature)
  case pending(PendingElementwise)
}

/// One node after the other, from ONNX' operators to layers.
final class ONNXConversion {
  let tensors: ONNXArchive
  let archive: FoldedArchive
  let draft: GraphDraft
  let opset: Int
  /// The batch that the file was exported for, where that is one number.
  let fixedBatch: Int?
  var report: ImportReport
  /// Initializers that a layer has taken, or that arithmetic was done with.
  private(set) var used: Set<String> = []
  private var values: [String: ONNXValue] = [:]
  /// How many nodes read each value, and one more for the graph's output.
  private let readers: [String: Int]
  /// Expressions that have been made into layers.
  var made: [ObjectIdentifier: (expression: ScalarExpression, feature: Feature)] = [:]

  init(
    tensors: ONNXArchive, draft: GraphDraft, opset: Int, fixedBatch: Int?, report: ImportReport,
    input: (name: String, feature: Feature), readers: [String: Int]
  ) {
    self.tensors = tensors
    archive = FoldedArchive(tensors)
    self.draft = draft
    self.opset = opset
    self.fixedBatch = fixedBatch
    self.report = report
    self.readers = readers
    values[input.name] = .feature(input.feature)
  }

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
        values[name] = .constant(constant)
      } else {
        values[name] = value
      }
    }
  }
}

/// What nodes read.
extension ONNXConversion {
  /// `nil` for an input that is left out.
  func value(_ node: ONNXNode, _ index: Int) throws -> ONNXValue? {
    guard node.inputs.indices.contains(index), !node.inputs[index].isEmpty else { return nil }
    let name = node.inputs[index]
    if let known = values[name] { return known }
    guard let tensor = tensors.tensors[name] else {
      throw node.unexpected(
        "'\(name)', which none gives", expected: "outputs of earlier nodes as inputs")
    }
    used.insert(name)
    var constant: ConstantTensor
    if tensor.type.isFloatingPoint {
      constant = ConstantTensor(shape: tensor.shape, .stored(name))
    } else {
      constant = ConstantTensor(
        shape: tensor.shape, .counts(try tensor.integers(of: name).map { BatchCount($0) }))
    }
    constant.name = name
    return .constant(constant)
  }

  func required(_ node: ONNXNode, _ index: Int) throws -> ONNXValue {
    guard let value = try value(node, index) else {
      throw node.unexpected("\(node.inputs.count)", expected: "input \(index + 1)")
    }
    return value
  }

  func feature(_ node: ONNXNode, _ index: Int = 0) throws -> Feature {
    switch try required(node, index) {
    case .feature(let feature): return feature
    case .pending(let pending): return try force(pending)
    case .constant:
      throw node.unexpected(
        "a constant", expected: "input \(index + 1) that depends on the image")
    }
  }

  func constant(_ node: ONNXNode, _ index: Int) throws -> ConstantTensor? {
    guard let value = try value(node, index) else { return nil }
    guard case .constant(let constant) = value else {
      throw node.unexpected(
        "one that is computed of the image", expected: "a constant as input \(index + 1)")
    }
    return constant
  }

  func requiredConstant(_ node: ONNXNode, _ index: Int) throws -> ConstantTensor {
    guard let constant = try constant(node, index) else {
      throw node.unexpected("\(node.inputs.count)", expected: "input \(index + 1)")
    }
    return constant
  }

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

  /// Whether anything but one node reads what `node` reads.
  func isReadOnce(_ node: ONNXNode, _ index: Int) -> Bool { readers[node.inputs[index]] == 1 }

  /// The network's answer.
  func output(named name: String) throws -> Feature {
    switch values[name] {
    case .feature(let feature): return feature
    case .pending(let pending): return try force(pending)
    default:
      throw UnexpectedContent(
        expected: "an output '\(name)' that depends on the image", found: "none")
    }
  }
}

/// What nodes make.
extension ONNXConversion {
  /// A feature in memory with one axis last.
  struct Arranged {
    let node: Int
    /// The file's axes after the batch, in the order of memory.
    let axes: [Int]
  }

  /// The layer that gives `feature` with the file's axis `axis`, counted without the batch, last.
  func arranged(_ feature: Feature, last axis: Int, name: DraftName) throws -> Arranged {
    var axes = feature.axesNearMemory
    if axes.last != axis { axes = axes.filter { $0 != axis } + [axis] }
    return Arranged(
      node: try draft.rearranged(feature, as: axes.map { [$0] }, name: name), axes: axes)
  }

  /// The layer that gives an image `[C, H, W]` as `[H, W, C]`.
  func image(_ feature: Feature, _ node: ONNXNode) throws -> Int {
    guard feature.axes.count == 3 else {
      throw node.unexpected(
        "\(feature.axes.count + 1)", expected: "4 axes, batch, channels, height and width,")
    }
    return try draft.rearranged(feature, as: [[1], [2], [0]], name: name(node))
  }

  /// What an image's layer gives, as the file sees it.
  func imageFeature(_ node: Int) -> Feature {
    Feature(node: node, dimensions: draft.shape(of: node).dimensions, order: [2, 0, 1])
  }

  /// What a layer gives that leaves the axes where they are.
  func feature(_ node: Int, like arranged: Arranged) -> Feature {
    Feature(
      node: node, dimensions: draft.shape(of: node).dimensions,
      order: arranged.axes.indices.map { arranged.axes.firstIndex(of: $0)! })
  }

  func name(_ node: ONNXNode) -> DraftName { ONNXLayerName.name(of: node) }

  /// Where the values of a parameter stand.
  func place(
    _ tensor: ConstantTensor, shape: [Int]? = nil, layout: WeightLayout = .native
  ) throws -> WeightPlace {
    WeightPlace(name: try archive.place(tensor, shape: shape), layout: layout)
  }
}
