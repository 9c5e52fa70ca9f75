import Files
import Kernels

/// Reads a safetensors file (format: github.com/huggingface/safetensors, README): the length of the
/// header as a little-endian u64, the header, the tensors' bytes.
///
/// The processor must be little-endian, as the format is and all that Swift runs on are.
/// Opening checks everything but the values: names are unique, types known, shapes agree with
/// offsets, and the tensors fill the file without overlap or gap.
package final class SafetensorsReader: Sendable {
  /// Largest header that is read, the limit of the reference implementation.
  package static let maximumHeaderBytes = 100_000_000

  package let path: String
  /// By offset.
  package let tensors: [TensorDescription]
  package let metadata: [String: String]
  private let file: InputFile
  private let dataStart: Int
  private let indices: [String: Int]

  /// - Throws: `FileError`, `FormatError`.
  package init(path: String) throws {
    self.path = path
    file = try InputFile(path: path)
    let prefix = try file.bytes(at: 0, count: 8)
    let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(prefix[$1]) << (8 * UInt64($1)) }
    guard length <= UInt64(Self.maximumHeaderBytes) else {
      throw FormatError(
        path: path, expected: "a header of at most \(Self.maximumHeaderBytes) bytes",
        found: "a length of \(length)")
    }
    let bytes = try file.bytes(at: 8, count: Int(length))
    dataStart = 8 + Int(length)
    let header = try SafetensorsHeader(bytes, path: path)
    metadata = header.metadata
    tensors = header.tensors.sorted { ($0.begin, $0.end) < ($1.begin, $1.end) }
    try Self.check(tensors, against: file.size - dataStart, path: path)
    indices = Dictionary(
      tensors.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  private static func check(_ tensors: [TensorDescription], against bytes: Int, path: String) throws
  {
    var position = 0
    for tensor in tensors {
      guard tensor.begin == position, tensor.end >= tensor.begin, tensor.end <= bytes else {
        throw FormatError(
          path: path,
          expected: "'\(tensor.name)' from byte \(position) of \(bytes) on, without overlap or gap",
          found: "bytes \(tensor.begin) to \(tensor.end)")
      }
      var size: Int? = tensor.type.bytes
      for dimension in tensor.shape {
        guard let current = size else { break }
        let (product, overflow) = current.multipliedReportingOverflow(by: dimension)
        size = overflow ? nil : product
      }
      guard size == tensor.end - tensor.begin else {
        throw FormatError(
          path: path,
          expected: "\(tensor.end - tensor.begin) bytes of '\(tensor.name)'",
          found: "\(tensor.type.rawValue) of shape \(tensor.shape)")
      }
      position = tensor.end
    }
    guard position == bytes else {
      throw FormatError(
        path: path, expected: "\(position) bytes of tensors", found: "\(bytes) bytes")
    }
  }

  package subscript(name: String) -> TensorDescription? { indices[name].map { tensors[$0] } }

  /// The values as float32. F16 and BF16 convert exactly, F64 to the nearest.
  /// - Throws: `FormatError` for a name that is not there, for integers, or where the destination
  ///   has another size.
  package func read(_ name: String, into destination: UnsafeMutableBufferPointer<Float>) throws {
    let tensor = try description(of: name)
    guard tensor.count == destination.count else {
      throw FormatError(
        path: path, expected: "\(destination.count) values of '\(name)'", found: "\(tensor.count)")
    }
    let raw = UnsafeMutableRawBufferPointer(destination)
    switch tensor.type {
    case .float32:
      try file.read(at: dataStart + tensor.begin, into: raw)
    case .float16:
      try convert(tensor, to: destination, from: UInt16.self) { Float(Float16(bitPattern: $0)) }
    case .bfloat16:
      try convert(tensor, to: destination, from: UInt16.self) {
        Float(bitPattern: UInt32($0) << 16)
      }
    case .float64:
      try convert(tensor, to: destination, from: UInt64.self) { Float(Double(bitPattern: $0)) }
    default:
      throw FormatError(
        path: path, expected: "floating-point values of '\(name)'", found: tensor.type.rawValue)
    }
  }

  package func read(_ name: String, into destination: FloatBuffer) throws {
    try read(
      name, into: UnsafeMutableBufferPointer(start: destination.pointer, count: destination.count))
  }

  /// The values as float32, in an array.
  package func floats(_ name: String) throws -> [Float] {
    let count = try description(of: name).count
    return try [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      try read(name, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      initialized = count
    }
  }

  /// The bytes as they lie in the file.
  package func bytes(_ name: String) throws -> [UInt8] {
    let tensor = try description(of: name)
    return try file.bytes(at: dataStart + tensor.begin, count: tensor.end - tensor.begin)
  }

  /// The values of an I64 or I32 tensor.
  package func integers(_ name: String) throws -> [Int64] {
    let type = try description(of: name).type
    let bytes = try bytes(name)
    return try bytes.withUnsafeBytes { raw in
      switch type {
      case .int64:
        stride(from: 0, to: raw.count, by: 8).map {
          Int64(littleEndian: raw.loadUnaligned(fromByteOffset: $0, as: Int64.self))
        }
      case .int32:
        stride(from: 0, to: raw.count, by: 4).map {
          Int64(Int32(littleEndian: raw.loadUnaligned(fromByteOffset: $0, as: Int32.self)))
        }
      default:
        throw FormatError(path: path, expected: "I64 or I32 '\(name)'", found: type.rawValue)
      }
    }
  }

  private func description(of name: String) throws -> TensorDescription {
    guard let tensor = self[name] else {
      throw FormatError(path: path, expected: "a tensor '\(name)'", found: "none of that name")
    }
    return tensor
  }

  /// Reads a piece at a time, so that a conversion costs no second copy of the tensor.
  private func convert<Bits: FixedWidthInteger>(
    _ tensor: TensorDescription, to destination: UnsafeMutableBufferPointer<Float>,
    from bits: Bits.Type, _ value: (Bits) -> Float
  ) throws {
    let piece = 1 << 16
    var buffer = [Bits](repeating: 0, count: min(piece, destination.count))
    for start in stride(from: 0, to: destination.count, by: piece) {
      let count = min(piece, destination.count - start)
      try buffer.withUnsafeMutableBytes { raw in
        try file.read(
          at: dataStart + tensor.begin + start * tensor.type.bytes,
          into: UnsafeMutableRawBufferPointer(rebasing: raw[..<(count * tensor.type.bytes)]))
      }
      for i in 0..<count { destination[start + i] = value(Bits(littleEndian: buffer[i])) }
    }
  }
}
