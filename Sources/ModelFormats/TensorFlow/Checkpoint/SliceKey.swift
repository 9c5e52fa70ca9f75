/// The key of a slice in a checkpoint of version 2: the tensor's name and the slice's place, written so that
/// keys sort as what they say does (TensorFlow's `ordered_code`).
enum SliceKey {
  static func bytes(of name: String, _ slice: TFTensorSliceProto) -> [UInt8] {
    var bytes = number(0)
    for byte in name.utf8 {
      switch byte {
      case 0: bytes += [0, 0xFF]
      case 0xFF: bytes += [0xFF, 0]
      default: bytes.append(byte)
      }
    }
    bytes += [0, 1] + number(UInt64(slice.extent.count))
    for extent in slice.extent {
      // An axis that is taken as a whole begins at 0, and its length is −1.
      let isWhole = extent.hasLength_p == nil
      bytes += signed(isWhole ? 0 : extent.start) + signed(isWhole ? -1 : extent.length)
    }
    return bytes
  }

  /// Whether a key is of a slice, and not a tensor's name.
  static func isOne(_ key: [UInt8]) -> Bool { key.first == 0 }

  /// How many bytes, and these, the highest first.
  private static func number(_ value: UInt64) -> [UInt8] {
    let count = (64 - value.leadingZeroBitCount + 7) / 8
    return [UInt8(count)]
      + (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
  }

  /// As many bytes as it takes at seven bits each, the highest first. Its length stands in the first bits, as
  /// ones up to a zero, which the sign turns.
  private static func signed(_ value: Int64) -> [UInt8] {
    let magnitude = UInt64(bitPattern: value < 0 ? ~value : value)
    let count = (64 - magnitude.leadingZeroBitCount) / 7 + 1
    let sign: UInt8 = value < 0 ? 0xFF : 0
    var bytes =
      [sign, sign]
      + (0..<8).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * Int64($0))) }
    bytes.removeFirst(bytes.count - count)
    let header = UInt16(truncatingIfNeeded: ~(0xFFFF >> UInt32(count)))
    bytes[0] ^= UInt8(header >> 8)
    if count > 1 { bytes[1] ^= UInt8(truncatingIfNeeded: header) }
    return bytes
  }
}
