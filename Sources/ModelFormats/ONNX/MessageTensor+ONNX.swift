import Files
import Foundation

/// As ONNX writes tensors.
extension MessageTensor {
  /// The element's type of a message.
  static func elementType(_ number: Int32, of name: String) throws -> MessageElementType {
    guard let type = MessageElementType(rawValue: Int(number)) else {
      throw UnexpectedContent(
        expected: "a tensor '\(name)' of numbers", found: "elements of ONNX' type \(number)")
    }
    return type
  }

  /// A tensor that is all in one message.
  init(_ message: ONNXTensorProto) throws {
    let type = try Self.elementType(message.dataType, of: message.name)
    let source: Source
    let held: Int
    if !message.rawData.isEmpty {
      source = .bytes(message.rawData)
      held = message.rawData.count / type.bytes
    } else if !message.floatData.isEmpty {
      source = .numbers(message.floatData)
      held = message.floatData.count
    } else if !message.doubleData.isEmpty {
      source = .numbers(message.doubleData.map { Float($0) })
      held = message.doubleData.count
    } else if !message.int64Data.isEmpty {
      source = .integers(message.int64Data.map { Int($0) })
      held = message.int64Data.count
    } else if type.isFloatingPoint {
      // Halves stand as their bits.
      source = .numbers(
        message.int32Data.map { type.number(UInt64(UInt32(bitPattern: $0))) })
      held = message.int32Data.count
    } else {
      source = .integers(message.int32Data.map { Int($0) })
      held = message.int32Data.count
    }
    try self.init(
      shape: message.dims.map { Int($0) }, type: type, source, held: held, name: message.name)
  }

  /// A tensor whose elements lie one after the other in a file.
  init(
    _ message: ONNXTensorProto, in source: MessageSource, at range: Range<Int>,
    type: MessageElementType
  ) throws {
    try self.init(
      shape: message.dims.map { Int($0) }, type: type, .stored(source, offset: range.lowerBound),
      held: range.count / type.bytes, name: message.name)
  }
}
