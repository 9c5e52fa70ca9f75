/// The element types of the format, by the names that its headers use.
package enum ElementType: String, Sendable {
  case bool = "BOOL"
  case uint8 = "U8"
  case int8 = "I8"
  case uint16 = "U16"
  case int16 = "I16"
  case uint32 = "U32"
  case int32 = "I32"
  case uint64 = "U64"
  case int64 = "I64"
  case float8e4m3 = "F8_E4M3"
  case float8e5m2 = "F8_E5M2"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case float32 = "F32"
  case float64 = "F64"

  package var bytes: Int {
    switch self {
    case .bool, .uint8, .int8, .float8e4m3, .float8e5m2: 1
    case .uint16, .int16, .float16, .bfloat16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64: 8
    }
  }
}

/// One tensor of a file, as the header describes it.
package struct TensorDescription: Sendable, Equatable {
  package let name: String
  package let type: ElementType
  package let shape: [Int]
  /// Where its bytes lie, counted from the end of the header.
  package let begin: Int
  package let end: Int

  /// Elements; the reader has checked that the product fits.
  package var count: Int { (end - begin) / type.bytes }
}
