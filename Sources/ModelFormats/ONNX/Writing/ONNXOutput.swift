import Files
import Foundation
import Kernels
import Network
import SwiftProtobuf

/// An ONNX message on its way into a file: its weights go there one by one, and are never in memory twice.
struct ONNXOutput {
  let graph: ONNXGraphProto
  let initializers: [ONNXGraphWriter.Initializer]
  let metadata: [ONNXStringStringEntryProto]

  // Field numbers and wire type of what is written by hand.
  private static let graphField = 7
  private static let initializerField = 5
  private static let rawField = 9

  func write(to path: String, limit: Int) throws {
    var message = ONNXModelProto()
    message.irVersion = Int64(ONNXGraphWriter.fileVersion)
    message.producerName = "thaw"
    var opset = ONNXOperatorSetIdProto()
    opset.version = Int64(ONNXGraphWriter.opset)
    message.opsetImport = [opset]
    message.metadataProps = metadata

    let model: [UInt8] = try message.serializedBytes()
    let nodes: [UInt8] = try graph.serializedBytes()
    let heads = try initializers.map { try head(of: $0) }
    let weights = zip(initializers, heads).reduce(0) { sum, item in
      let size = item.1.count + item.0.byteCount
      return sum + Self.key(Self.initializerField).count + Self.number(size).count + size
    }
    let graphSize = nodes.count + weights
    guard graphSize + model.count + 16 <= limit else {
      throw UnexpectedContent(
        expected: "a network of at most 2 GB, as ONNX files hold in one piece",
        found: "\(graphSize) bytes")
    }
    let file = try OutputFile(path: path)
    try file.write(model + Self.key(Self.graphField) + Self.number(graphSize) + nodes)
    for (initializer, head) in zip(initializers, heads) {
      try file.write(
        Self.key(Self.initializerField) + Self.number(head.count + initializer.byteCount) + head)
      try initializer.withBytes { try file.write($0) }
    }
    try file.commit()
  }

  /// A tensor's message up to its values.
  private func head(of initializer: ONNXGraphWriter.Initializer) throws -> [UInt8] {
    var tensor = ONNXTensorProto()
    tensor.dims = initializer.shape.map { Int64($0) }
    tensor.dataType = Int32(initializer.type.rawValue)
    tensor.name = initializer.name
    let bytes: [UInt8] = try tensor.serializedBytes()
    return bytes + Self.key(Self.rawField) + Self.number(initializer.byteCount)
  }

  private static func key(_ field: Int) -> [UInt8] { number(field << 3 | 2) }

  /// Seven bits a byte.
  private static func number(_ value: Int) -> [UInt8] {
    var rest = UInt64(value)
    var bytes: [UInt8] = []
    repeat {
      let low = UInt8(rest & 0x7F)
      rest >>= 7
      bytes.append(rest == 0 ? low : low | 0x80)
    } while rest != 0
    return bytes
  }
}

extension ONNXGraphWriter.Initializer {
  fileprivate var type: MessageElementType {
    if case .integers = contents { .int64 } else { .float }
  }

  fileprivate var byteCount: Int { Shape(shape).count * type.bytes }

  fileprivate func withBytes(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    switch contents {
    case .numbers(let numbers): try numbers.withUnsafeBytes(body)
    case .integers(let integers): try integers.map { Int64($0) }.withUnsafeBytes(body)
    case .parameter(let values, let arrangement):
      let turned: FloatBuffer
      if arrangement.isIdentity {
        turned = values
      } else {
        turned = FloatBuffer(count: values.count)
        arrangement.copy(from: values.pointer, to: turned.pointer, count: values.count)
      }
      try body(UnsafeRawBufferPointer(start: turned.pointer, count: 4 * values.count))
    }
  }
}
