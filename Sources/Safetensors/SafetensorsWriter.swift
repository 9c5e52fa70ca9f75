import Files
import Kernels

/// One tensor to write.
package struct OutgoingTensor {
  package enum Values {
    /// Not copied: it must not change before the file is written.
    case buffer(FloatBuffer)
    case floats([Float])
    case integers([Int64])
    /// Little-endian elements that are made when their turn comes, and are as many as the shape says.
    case stored(ElementType, count: Int, bytes: () throws -> [UInt8])

    var count: Int {
      switch self {
      case .buffer(let buffer): buffer.count
      case .floats(let values): values.count
      case .integers(let values): values.count
      case .stored(_, let count, _): count
      }
    }

    var type: ElementType {
      switch self {
      case .buffer, .floats: .float32
      case .integers: .int64
      case .stored(let type, _, _): type
      }
    }
  }

  package let name: String
  package let shape: [Int]
  package let values: Values

  package init(name: String, shape: [Int], values: Values) {
    precondition(
      shape.reduce(1, *) == values.count, "\(name): shape \(shape), \(values.count) values")
    self.name = name
    self.shape = shape
    self.values = values
  }

  /// - Parameter bytes: makes the elements when their turn comes.
  package init(
    name: String, shape: [Int], type: ElementType, bytes: @escaping () throws -> [UInt8]
  ) {
    self.init(
      name: name, shape: shape,
      values: .stored(type, count: shape.reduce(1, *), bytes: bytes))
  }
}

/// Writes safetensors files: whole or not at all, and the same bytes for the same content.
package enum SafetensorsWriter {
  /// - Throws: `FileError`, where what stood at `path` before still stands.
  package static func write(
    _ tensors: [OutgoingTensor], metadata: [String: String] = [:], to path: String
  ) throws {
    precondition(Set(tensors.map(\.name)).count == tensors.count, "two tensors of one name")
    precondition(!tensors.contains { $0.name == "__metadata__" }, "__metadata__ is no tensor")
    // Wide elements first, as the reference implementation does: each tensor lies aligned.
    let ordered = [8, 4, 2, 1].flatMap { width in
      tensors.filter { $0.values.type.bytes == width }
    }
    let header = header(for: ordered, metadata: metadata)
    let file = try OutputFile(path: path)
    try withUnsafeBytes(of: UInt64(header.count).littleEndian) { try file.write($0) }
    try file.write(header)
    for tensor in ordered {
      switch tensor.values {
      case .buffer(let buffer):
        try file.write(
          UnsafeRawBufferPointer(
            start: buffer.pointer, count: buffer.count * MemoryLayout<Float>.stride))
      case .floats(let values): try values.withUnsafeBytes { try file.write($0) }
      case .integers(let values): try values.withUnsafeBytes { try file.write($0) }
      case .stored(let type, let count, let bytes):
        let bytes = try bytes()
        precondition(bytes.count == count * type.bytes, "\(tensor.name): \(bytes.count) bytes")
        try file.write(bytes)
      }
    }
    try file.commit()
  }

  private static func header(for tensors: [OutgoingTensor], metadata: [String: String]) -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0)):\(quoted($1))" }
      members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for tensor in tensors {
      let type = tensor.values.type
      let end = offset + tensor.values.count * type.bytes
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(quoted(tensor.name)):{\"dtype\":\"\(type.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var bytes = Array("{\(members.joined(separator: ","))}".utf8)
    // Spaces, so that the data begins at a multiple of eight bytes.
    while bytes.count % 8 != 0 { bytes.append(UInt8(ascii: " ")) }
    return bytes
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 32:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
