/// The checksum that LevelDB's tables and TensorFlow's checkpoints have: CRC-32C (Castagnoli).
package enum CRC32C {
  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in
      value & 1 == 0 ? value >> 1 : value >> 1 ^ 0x82F6_3B78
    }
  }

  /// - Parameter sum: of the bytes before these.
  package static func sum(_ bytes: [UInt8], after sum: UInt32 = 0) -> UInt32 {
    table.withUnsafeBufferPointer { table in
      bytes.withUnsafeBufferPointer { bytes in
        var value = ~sum
        for byte in bytes {
          value = table[Int(UInt8(truncatingIfNeeded: value) ^ byte)] ^ value >> 8
        }
        return ~value
      }
    }
  }

  /// Of a part of a file, a piece at a time.
  package static func sum(_ file: InputFile, at range: Range<Int>) throws -> UInt32 {
    let piece = 1 << 20
    var sum: UInt32 = 0
    for start in stride(from: range.lowerBound, to: range.upperBound, by: piece) {
      let count = min(piece, range.upperBound - start)
      sum = Self.sum(try file.bytes(at: start, count: count), after: sum)
    }
    return sum
  }

  /// As it is stored: sums of what has sums in it would tell less.
  package static func masked(_ sum: UInt32) -> UInt32 { (sum >> 15 | sum << 17) &+ 0xA282_EAD8 }
}
