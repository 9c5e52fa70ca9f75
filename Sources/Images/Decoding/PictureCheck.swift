import Files

/// Whether a file will decode, as far as its two ends say: cheap enough for every file before training.
package enum PictureCheck {
  /// Bytes in which most headers lie.
  private static let usualBytes = 4 << 10
  private static let tailBytes = 64

  /// Reads the header and the end. A picture that seems to be cut is decoded to make sure: many
  /// programs leave something of their own at a file's end.
  /// - Throws: `FileError`, `FormatError` for what is no file, `PictureError`; `MemoryShortage`.
  package static func check(_ path: String) throws -> PictureHeader {
    let file = try InputFile(path: path)
    let start = try file.bytes(at: 0, count: min(file.size, usualBytes))
    let isWhole = start.count == file.size
    let header = try PictureHeader.read(start, isWhole: isWhole, file: file)
    if try !seemsWhole(file, start, header.kind) { _ = try Picture.read(path) }
    return header
  }

  private static func seemsWhole(_ file: InputFile, _ start: [UInt8], _ kind: PictureKind) throws
    -> Bool
  {
    if kind == .webp {
      // The length after `RIFF`.
      return start[4..<8].reversed().reduce(0) { $0 << 8 | Int($1) } + 8 <= file.size
    }
    let count = min(file.size, tailBytes)
    let tail = try file.bytes(at: file.size - count, count: count)
    let end: [UInt8] = kind == .png ? Array("IEND".utf8) : [0xff, 0xd9]
    return tail.indices.contains { tail[$0...].starts(with: end) }
  }
}
