/// The types of a tensor's elements that are read in messages, by ONNX' numbers for them.
enum MessageElementType: Int, Sendable {
  case float = 1
  case uint8 = 2
  case int8 = 3
  case uint16 = 4
  case int16 = 5
  case int32 = 6
  case int64 = 7
  case bool = 9
  case float16 = 10
  case double = 11
  case uint32 = 12
  case uint64 = 13
  case bfloat16 = 16

  /// Bytes of an element in `raw_data`.
  var bytes: Int {
    switch self {
    case .uint8, .int8, .bool: 1
    case .uint16, .int16, .float16, .bfloat16: 2
    case .float, .int32, .uint32: 4
    case .int64, .double, .uint64: 8
    }
  }

  var isFloatingPoint: Bool {
    switch self {
    case .float, .float16, .double, .bfloat16: true
    default: false
    }
  }

  /// As ONNX and TensorFlow name it: `float16`.
  var name: String { "\(self)" }

  /// A floating-point element of these bits.
  func number(_ bits: UInt64) -> Float {
    switch self {
    case .float: Float(bitPattern: UInt32(truncatingIfNeeded: bits))
    case .float16: Float(Float16(bitPattern: UInt16(truncatingIfNeeded: bits)))
    case .bfloat16: Float(bitPattern: UInt32(truncatingIfNeeded: bits) << 16)
    case .double: Float(Double(bitPattern: bits))
    default: Float(integer(bits))
    }
  }

  /// A whole element of these bits; those beyond what 64 bits with a sign hold become their largest.
  func integer(_ bits: UInt64) -> Int {
    switch self {
    case .uint8, .bool: Int(UInt8(truncatingIfNeeded: bits))
    case .int8: Int(Int8(truncatingIfNeeded: bits))
    case .uint16: Int(UInt16(truncatingIfNeeded: bits))
    case .int16: Int(Int16(truncatingIfNeeded: bits))
    case .int32: Int(Int32(truncatingIfNeeded: bits))
    case .uint32: Int(UInt32(truncatingIfNeeded: bits))
    case .uint64: Int(clamping: bits)
    default: Int(truncatingIfNeeded: bits)
    }
  }

  /// Element `index` of little-endian `bytes`, as its bits.
  func bits(_ index: Int, of bytes: UnsafeRawBufferPointer) -> UInt64 {
    let place = index * self.bytes
    switch self.bytes {
    case 1: return UInt64(bytes[place])
    case 2:
      return UInt64(
        UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt16.self)))
    case 4:
      return UInt64(
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
    default:
      return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
    }
  }
}
