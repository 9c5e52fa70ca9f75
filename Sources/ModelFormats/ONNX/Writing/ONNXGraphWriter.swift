import Foundation
import Kernels
import Network

/// The nodes and weights of an ONNX graph in the making. Images are channels first, as all who read ONNX
/// expect them; other shapes stand as here.
final class ONNXGraphWriter {
  /// A weight, whose values are put in the file's order when it is written.
  struct Initializer {
    let name: String
    let shape: [Int]
    let contents: Contents

    enum Contents {
      /// A parameter's values, its axes in another order.
      case parameter(FloatBuffer, WeightLayout.Arrangement)
      case numbers([Float])
      case integers([Int])
    }
  }

  private(set) var nodes: [ONNXNodeProto] = []
  private(set) var initializers: [Initializer] = []
  /// What the file does not say as the network has it.
  var notes: [String] = []
  /// The layer whose nodes are being made.
  var layer = ""
  private var names: Set<String> = []
  private var constants: [[Int]: String] = [:]

  /// Versions of the operators and of the file.
  static let opset = 18
  static let fileVersion = 8

  /// Adds a node with one output.
  /// - Returns: the output's name.
  func add(
    _ operation: String, _ inputs: [String], _ attributes: [ONNXAttributeProto] = [],
    part: String = ""
  ) -> String {
    var node = ONNXNodeProto()
    node.opType = operation
    node.input = inputs
    node.name = unique(part.isEmpty ? layer : "\(layer)/\(part)")
    let output = node.name
    node.output = [output]
    node.attribute = attributes
    // Which layer it is of, whatever becomes of names.
    var entry = ONNXStringStringEntryProto()
    entry.key = Self.layerKey
    entry.value = layer
    node.metadataProps = [entry]
    nodes.append(node)
    return output
  }

  /// Under which a node's metadata names its layer.
  static let layerKey = "thaw.layer"

  /// Of the value that one operator made of another.
  func unique(_ name: String) -> String {
    var candidate = name.isEmpty ? "value" : name
    var number = 2
    while !names.insert(candidate).inserted {
      candidate = "\(name)_\(number)"
      number += 1
    }
    return candidate
  }

  /// A parameter of the layer.
  /// - Parameter order: of the file's axes, the places here.
  func weight(_ parameter: Parameter, named name: String, order: [Int]? = nil, shape: [Int]? = nil)
    -> String
  {
    let own = parameter.specification.shape
    let order = order ?? Array(own.indices)
    let arrangement = WeightLayout.Arrangement(storedShape: own, grid: own, order: order)
    return initializer(
      name, shape: shape ?? order.map { own[$0] }, .parameter(parameter.values, arrangement))
  }

  func numbers(_ values: [Float], shape: [Int], named name: String) -> String {
    initializer(name, shape: shape, .numbers(values))
  }

  func number(_ value: Float, named name: String) -> String {
    initializer(name, shape: [], .numbers([value]))
  }

  /// Whole numbers in one axis; the same ones stand in the file once.
  func integers(_ values: [Int]) -> String {
    if let known = constants[values] { return known }
    let name = unique("integers_\(constants.count)")
    initializers.append(Initializer(name: name, shape: [values.count], contents: .integers(values)))
    constants[values] = name
    return name
  }

  private func initializer(
    _ name: String, shape: [Int], _ contents: Initializer.Contents
  ) -> String {
    let name = unique("\(layer).\(name)")
    initializers.append(Initializer(name: name, shape: shape, contents: contents))
    return name
  }
}

/// Layout.
extension ONNXGraphWriter {
  /// A value as it lies here, channels last.
  func native(_ value: String, _ shape: Shape) -> String {
    guard shape.rank == 3 else { return value }
    // A transposition of one that was transposed the other way is what that one read.
    if let source = source(of: value, transposedBy: [0, 3, 1, 2]) { return source }
    return add("Transpose", [value], [.integers("perm", [0, 2, 3, 1])], part: "to_channels_last")
  }

  /// A value of a layer that lies as here, as the file has it.
  func fileLayout(_ value: String, _ shape: Shape) -> String {
    guard shape.rank == 3 else { return value }
    if let source = source(of: value, transposedBy: [0, 2, 3, 1]) { return source }
    return add("Transpose", [value], [.integers("perm", [0, 3, 1, 2])], part: "to_channels_first")
  }

  private func source(of value: String, transposedBy order: [Int64]) -> String? {
    guard let node = nodes.last(where: { $0.output == [value] }), node.opType == "Transpose",
      node.attribute.first?.ints == order
    else { return nil }
    return node.input[0]
  }

  /// Values for each channel, to be broadcast over an image in the file.
  func channelShape(_ count: Int, like shape: Shape) -> [Int] {
    shape.rank == 3 ? [count, 1, 1] : [count]
  }

  /// The file's axis of a dimension here.
  static func fileAxis(_ axis: Int, rank: Int) -> Int {
    rank == 3 ? [2, 3, 1][axis] : axis + 1
  }
}

extension ONNXAttributeProto {
  // AttributeProto.AttributeType
  static func number(_ name: String, _ value: Float) -> ONNXAttributeProto {
    make(name, 1) { $0.f = value }
  }

  static func integer(_ name: String, _ value: Int) -> ONNXAttributeProto {
    make(name, 2) { $0.i = Int64(value) }
  }

  static func text(_ name: String, _ value: String) -> ONNXAttributeProto {
    make(name, 3) { $0.s = Data(value.utf8) }
  }

  static func integers(_ name: String, _ values: [Int]) -> ONNXAttributeProto {
    make(name, 7) { $0.ints = values.map { Int64($0) } }
  }

  private static func make(
    _ name: String, _ type: Int32, _ set: (inout ONNXAttributeProto) -> Void
  ) -> ONNXAttributeProto {
    var attribute = ONNXAttributeProto()
    attribute.name = name
    attribute.type = type
    set(&attribute)
    return attribute
  }
}
