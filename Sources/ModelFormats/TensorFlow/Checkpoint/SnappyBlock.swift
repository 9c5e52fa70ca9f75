import CSnappy

/// A block of a table that was compressed with snappy.
enum SnappyBlock {
  /// The shortest element that copies is two bytes, and the one that copies most makes 64 bytes of three:
  /// no block grows more, and no more memory is taken for what one only says.
  private static let largestGrowth = 22
  private static let sizeLimit = 1 << 31

  /// - Parameter place: of its first byte in the file, for the errors.
  /// - Throws: `UnexpectedContent` for damage.
  static func content(of compressed: [UInt8], at place: Int) throws(UnexpectedContent) -> [UInt8] {
    let bytes = compressed.withUnsafeBytes { compressed -> [UInt8]? in
      let start = compressed.bindMemory(to: CChar.self).baseAddress
      var size = 0
      guard snappy_uncompressed_length(start, compressed.count, &size) == SNAPPY_OK,
        size <= sizeLimit, size <= largestGrowth * compressed.count,
        snappy_validate_compressed_buffer(start, compressed.count) == SNAPPY_OK
      else { return nil }
      return [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
        var count = size
        let status = buffer.withMemoryRebound(to: CChar.self) {
          snappy_uncompress(start, compressed.count, $0.baseAddress, &count)
        }
        initialized = status == SNAPPY_OK && count == size ? size : 0
      }
    }
    guard let bytes, !bytes.isEmpty else {
      throw UnexpectedContent(
        expected: "a block of snappy's at byte \(place)", found: "damage")
    }
    return bytes
  }
}
