import Kernels
import Network

/// What a value of a file's graph is here.
enum FileValue {
  case constant(ConstantTensor)
  case feature(Feature)
  case pending(PendingElementwise)
}

/// One node after the other, from a framework's operators to layers: what does not depend on which
/// framework's. A class for each format inherits from it, and reads attributes.
class GraphConversion {
  let archive: FoldedArchive
  let draft: GraphDraft
  /// The batch that the file was made for, where that is one number.
  let fixedBatch: Int?
  var report: ImportReport
  /// Tensors of the file that a layer has taken, or that arithmetic was done with.
  var used: Set<String> = []
  private(set) var values: [String: FileValue] = [:]
  /// How many nodes read each value, and one more for the graph's output.
  private let readers: [String: Int]
  /// Layers that several nodes read, some of them as other views of the same memory.
  private var shared: Set<Int> = []
  /// Expressions that have been made into layers.
  var made: [ObjectIdentifier: (expression: ScalarExpression, feature: Feature)] = [:]

  init(
    archive: FoldedArchive, draft: GraphDraft, fixedBatch: Int?, report: ImportReport,
    input: (name: String, feature: Feature), readers: [String: Int]
  ) {
    self.archive = archive
    self.draft = draft
    self.fixedBatch = fixedBatch
    self.report = report
    self.readers = readers
    assign(.feature(input.feature), to: input.name)
  }

  /// Gives a value its name in the file.
  func assign(_ value: FileValue, to name: String) {
    values[name] = value
    if case .feature(let feature) = value, readers[name, default: 0] > 1 {
      shared.insert(feature.node)
    }
  }

  /// A tensor of the file that no node gives; `nil` where there is none of that name.
  func storedConstant(named name: String) throws -> ConstantTensor? { nil }

  /// The module that a weight belongs to, where its name says.
  func owner(ofWeight name: String?) -> String? { nil }

  /// Whether a bias is called as modules call theirs.
  func owner(ofBias name: String) -> String? { nil }
}

/// What nodes read.
extension GraphConversion {
  /// `nil` for an input that is left out.
  func value(_ node: any FileNode, _ index: Int) throws -> FileValue? {
    guard node.inputs.indices.contains(index), !node.inputs[index].isEmpty else { return nil }
    let name = node.inputs[index]
    if let known = values[name] { return known }
    guard var constant = try storedConstant(named: name) else {
      throw node.unexpected(
        "'\(name)', which none gives", expected: "outputs of earlier nodes as inputs")
    }
    used.insert(name)
    constant.name = name
    return .constant(constant)
  }

  func required(_ node: any FileNode, _ index: Int) throws -> FileValue {
    guard let value = try value(node, index) else {
      throw node.unexpected("\(node.inputs.count)", expected: "input \(index + 1)")
    }
    return value
  }

  func feature(_ node: any FileNode, _ index: Int = 0) throws -> Feature {
    switch try required(node, index) {
    case .feature(let feature): return feature
    case .pending(let pending): return try force(pending)
    case .constant:
      throw node.unexpected(
        "a constant", expected: "input \(index + 1) that depends on the image")
    }
  }

  func constant(_ node: any FileNode, _ index: Int) throws -> ConstantTensor? {
    guard let value = try value(node, index) else { return nil }
    guard case .constant(let constant) = value else {
      throw node.unexpected(
        "one that is computed of the image", expected: "a constant as input \(index + 1)")
    }
    return constant
  }

  func requiredConstant(_ node: any FileNode, _ index: Int) throws -> ConstantTensor {
    guard let constant = try constant(node, index) else {
      throw node.unexpected("\(node.inputs.count)", expected: "input \(index + 1)")
    }
    return constant
  }

  /// Whether what a layer gives is read by one node alone, in whatever view.
  func isReadOnce(_ feature: Feature) -> Bool { !shared.contains(feature.node) }

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
