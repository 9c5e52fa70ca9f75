import Files

extension PictureHeader {
  /// Bytes at a file's beginning in which nearly every header lies.
  private static let usualBytes = 64 << 10

  /// What a file says of itself. Reads its beginning, and more where that is not enough.
  /// - Throws: `FileError`, `FormatError` for what is no file, `PictureError`.
  package static func read(_ path: String) throws -> PictureHeader {
    let file = try InputFile(path: path)
    let count = min(file.size, usualBytes)
    return try read(file.bytes(at: 0, count: count), isWhole: count == file.size, file: file)
  }

  /// What a file says of itself, whose beginning was read already.
  static func read(_ start: [UInt8], isWhole: Bool, file: InputFile) throws -> PictureHeader {
    let header = try start.withUnsafeBufferPointer {
      try PictureFile.header($0, isWhole: isWhole, path: file.path)
    }
    if let header { return header }
    guard start.count >= usualBytes else {
      let more = min(file.size, usualBytes)
      return try read(
        file.bytes(at: 0, count: more), isWhole: more == file.size, file: file)
    }
    // A large colour profile or preview stands before it.
    return try PictureFile.contents(file).withUnsafeBufferPointer {
      try PictureFile.header($0, isWhole: true, path: file.path)!
    }
  }

  /// What bytes say of themselves, checked for size.
  /// - Returns: `nil` where a beginning does not reach far enough.
  init?(_ bytes: UnsafeBufferPointer<UInt8>, isWhole: Bool) throws(DecodingFault) {
    guard !bytes.isEmpty else { throw .empty }
    guard let kind = PictureKind(of: bytes) else { throw .noPicture }
    let header: PictureHeader? =
      switch kind {
      case .jpeg: try JPEGDecoder.header(bytes, isWhole: isWhole)
      case .png: try PNGDecoder.header(bytes, isWhole: isWhole)
      case .webp: try WebPDecoder.header(bytes, isWhole: isWhole)
      default: throw .unsupported(kind)
      }
    guard let header else { return nil }
    try header.checkSize()
    self = header
  }
}

extension Picture {
  /// Decodes a file.
  /// - Throws: `FileError`, `FormatError` for what is no file, `PictureError`; `MemoryShortage`.
  package static func read(_ path: String) throws -> Picture {
    try decode(PictureFile.contents(InputFile(path: path)), path: path)
  }

  /// Decodes a file's content.
  /// - Parameter path: what errors call it.
  /// - Throws: `PictureError`; `MemoryShortage`.
  package static func decode(_ bytes: [UInt8], path: String) throws -> Picture {
    try bytes.withUnsafeBufferPointer { buffer in
      let header = try PictureFile.header(buffer, isWhole: true, path: path)!
      try PictureFile.checkMemory(header, path: path)
      return try PictureFile.naming(path) { () throws(DecodingFault) in
        let stored: Picture =
          switch header.kind {
          case .png: try PNGDecoder.decode(buffer, header: header)
          case .webp: try WebPDecoder.decode(buffer, header: header)
          default: try JPEGDecoder.decode(buffer, header: header)
          }
        return header.orientation.applied(to: stored)
      }
    }
  }
}

/// What reading headers and reading pictures have in common.
private enum PictureFile {
  /// Largest file that is read.
  private static let maximumBytes = 1 << 30
  /// Pixels up to which nobody asks how much memory there is.
  private static let smallPixels = 1 << 24
  /// Bytes a pixel: the picture, what it is composed of, and a decoder's own.
  private static let bytesPerPixel = 16

  static func contents(_ file: InputFile) throws -> [UInt8] {
    guard file.size <= maximumBytes else {
      throw FormatError(
        path: file.path, expected: "a picture of at most \(maximumBytes) bytes",
        found: "\(file.size)")
    }
    return try file.bytes(at: 0, count: file.size)
  }

  static func header(_ bytes: UnsafeBufferPointer<UInt8>, isWhole: Bool, path: String) throws
    -> PictureHeader?
  {
    try naming(path) { () throws(DecodingFault) in try PictureHeader(bytes, isWhole: isWhole) }
  }

  static func checkMemory(_ header: PictureHeader, path: String) throws {
    let pixels = header.width * header.height
    guard pixels > smallPixels else { return }
    try MemoryShortage.check(
      pixels * bytesPerPixel, for: "\(path): a picture of \(header.width)×\(header.height)")
  }

  static func naming<Result>(
    _ path: String, _ body: () throws(DecodingFault) -> Result
  ) throws(PictureError) -> Result {
    do {
      return try body()
    } catch {
      throw PictureError(path: path, error)
    }
  }
}
