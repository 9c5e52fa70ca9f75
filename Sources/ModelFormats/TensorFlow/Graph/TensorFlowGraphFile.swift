import Files
import Foundation
import SwiftProtobuf

/// A `GraphDef` in a file: its nodes, whose large constants stay where they are until they are asked
/// for, and its functions.
struct TensorFlowGraphFile {
  private(set) var nodes: [TensorFlowNode] = []
  private(set) var functions: [String: TFFunctionDef] = [:]

  /// Fields of `GraphDef`, `NodeDef`, the entries of its attributes, `AttrValue` and `TensorProto`.
  private static let (node, library) = (1, 2)
  private static let attribute = 5
  private static let (key, entry) = (1, 2)
  private static let tensor = 8
  private static let values: Set<Int> = [4, 5, 6, 7, 10, 11, 13]
  private static let (content, floats, doubles) = (4, 5, 6)
  /// Constants of fewer bytes are read with the graph.
  private static let storedCount = 4096
  /// Bytes of a network's description: nodes, names and small constants.
  private static let descriptionLimit = 1 << 28

  /// - Parameter range: where the message stands in the file.
  init(_ walker: MessageWalker, in range: Range<Int>) throws {
    var read = 0
    for field in try walker.fields(in: range) where field.wire == 2 {
      switch field.number {
      case Self.node:
        let (node, count) = try Self.node(walker, field.value)
        read += count
        guard read <= Self.descriptionLimit else {
          throw UnexpectedContent(
            expected: "at most \(Self.descriptionLimit) bytes beside the weights", found: "more")
        }
        nodes.append(node)
      case Self.library:
        let library: TFFunctionDefLibrary = try walker.message(
          try walker.fields(in: field.value), limit: Self.descriptionLimit)
        for function in library.function { functions[function.signature.name] = function }
      default: break
      }
    }
  }

  /// The same as text. Constants that were left out of it have no values.
  init(text: String) throws {
    var options = TextFormatDecodingOptions()
    options.ignoreUnknownFields = true
    do {
      let message = try TFGraphDef(textFormatString: text, options: options)
      nodes = message.node.map { TensorFlowNode($0) }
      for function in message.library.function { functions[function.signature.name] = function }
    } catch let error as TextFormatDecodingError {
      throw UnexpectedContent(
        expected: "a TensorFlow graph as text", found: "damage (\(error))")
    }
  }

  private static func node(
    _ walker: MessageWalker, _ range: Range<Int>
  ) throws -> (node: TensorFlowNode, read: Int) {
    let fields = try walker.fields(in: range)
    guard range.count > storedCount,
      let value = try fields.first(where: { try isValue($0, walker) })
    else {
      return (
        TensorFlowNode(try walker.message(fields, limit: descriptionLimit)), range.count
      )
    }
    let message: TFNodeDef = try walker.message(
      fields.filter { $0.whole != value.whole }, limit: descriptionLimit)
    guard let tensor = try tensor(walker, value.value, name: message.name) else {
      return (
        TensorFlowNode(try walker.message(fields, limit: descriptionLimit)), range.count
      )
    }
    return (TensorFlowNode(message, stored: tensor), range.count - value.value.count)
  }

  /// Whether it is the attribute `value`, and large.
  private static func isValue(_ field: MessageField, _ walker: MessageWalker) throws -> Bool {
    guard field.number == attribute, field.wire == 2, field.value.count > storedCount,
      let key = try walker.fields(in: field.value).first(where: { $0.number == key })
    else { return false }
    return try walker.bytes(of: [key.value], limit: descriptionLimit) == Array("value".utf8)
  }

  /// The tensor of an attribute whose elements lie one after the other; `nil` for others.
  private static func tensor(
    _ walker: MessageWalker, _ range: Range<Int>, name: String
  ) throws -> MessageTensor? {
    guard
      let attribute = try walker.fields(in: range).last(where: {
        $0.number == entry && $0.wire == 2
      }),
      let tensor = try walker.fields(in: attribute.value).last(where: {
        $0.number == Self.tensor && $0.wire == 2
      })
    else { return nil }
    let fields = try walker.fields(in: tensor.value)
    let values = fields.filter { Self.values.contains($0.number) }
    guard values.count == 1, values[0].wire == 2,
      [content, floats, doubles].contains(values[0].number)
    else { return nil }
    let message: TFTensorProto = try walker.message(
      fields.filter { !Self.values.contains($0.number) }, limit: descriptionLimit)
    guard let type = MessageElementType(tensorFlow: message.dtype) else { return nil }
    let shape = try MessageTensor.shape(message.tensorShape, of: name)
    let isBytes = values[0].number == content
    let held = values[0].value.count / type.bytes
    // Fewer numbers than there are places: the last one stands for the others.
    guard isBytes || type == .float || type == .double, isBytes || held == shape.reduce(1, *)
    else { return nil }
    return try MessageTensor(
      shape: shape, type: type, .stored(walker.source, offset: values[0].value.lowerBound),
      held: held, name: name)
  }
}
