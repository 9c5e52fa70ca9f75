import Files
import Foundation
import Network

extension MessageElementType {
  /// `nil` for elements that are no numbers.
  init?(tensorFlow type: TFDataType) {
    switch type {
    case .dtFloat: self = .float
    case .dtDouble: self = .double
    case .dtInt32: self = .int32
    case .dtUint8: self = .uint8
    case .dtInt16: self = .int16
    case .dtInt8: self = .int8
    case .dtInt64: self = .int64
    case .dtBool: self = .bool
    case .dtBfloat16: self = .bfloat16
    case .dtUint16: self = .uint16
    case .dtHalf: self = .float16
    case .dtUint32: self = .uint32
    case .dtUint64: self = .uint64
    default: return nil
    }
  }
}

/// As TensorFlow writes tensors: as bytes, or number by number, where the last one given stands for all
/// that follow.
extension MessageTensor {
  /// What one number given for many may stand for in memory.
  private static let expansionLimit = 1 << 24

  /// - Returns: `nil` for elements that are no numbers.
  init?(_ message: TFTensorProto, name: String) throws {
    guard let type = MessageElementType(tensorFlow: message.dtype) else { return nil }
    let shape = try Self.shape(message.tensorShape, of: name)
    let count = shape.reduce(1, *)
    guard message.tensorContent.isEmpty else {
      try self.init(
        shape: shape, type: type, .bytes(message.tensorContent),
        held: message.tensorContent.count / type.bytes, name: name)
      return
    }
    let source: Source
    let held: Int
    switch type {
    case .float:
      (source, held) = try Self.numbers(message.floatVal, count, name)
    case .double:
      (source, held) = try Self.numbers(message.doubleVal.map { Float($0) }, count, name)
    case .float16, .bfloat16:
      (source, held) = try Self.numbers(
        message.halfVal.map { type.number(UInt64(UInt32(bitPattern: $0))) }, count, name)
    case .int64, .uint64:
      (source, held) = try Self.integers(message.int64Val.map { Int($0) }, count, name)
    case .bool:
      (source, held) = try Self.integers(message.boolVal.map { $0 ? 1 : 0 }, count, name)
    default:
      (source, held) = try Self.integers(message.intVal.map { Int($0) }, count, name)
    }
    try self.init(shape: shape, type: type, source, held: held, name: name)
  }

  static func shape(_ message: TFTensorShapeProto, of name: String) throws -> [Int] {
    guard !message.unknownRank else {
      throw UnexpectedContent(expected: "a shape of tensor '\(name)'", found: "none")
    }
    return try checked(message.dim.map { Int($0.size) }, of: name)
  }

  private static func numbers(
    _ given: [Float], _ count: Int, _ name: String
  ) throws -> (Source, held: Int) {
    let all = try filled(given, with: 0, count, name)
    return (.numbers(all), all.count)
  }

  private static func integers(
    _ given: [Int], _ count: Int, _ name: String
  ) throws -> (Source, held: Int) {
    let all = try filled(given, with: 0, count, name)
    return (.integers(all), all.count)
  }

  private static func filled<Number>(
    _ given: [Number], with none: Number, _ count: Int, _ name: String
  ) throws -> [Number] {
    guard given.count < count else { return given }
    guard count <= expansionLimit else {
      throw UnexpectedContent(
        expected: "\(count) values of tensor '\(name)'", found: "\(given.count)")
    }
    return given + [Number](repeating: given.last ?? none, count: count - given.count)
  }
}

extension MessageElementType {
  var tensorFlow: TFDataType {
    TFDataType.allCases.first { MessageElementType(tensorFlow: $0) == self } ?? .dtInvalid
  }
}
