import Files

/// A float32 array in NumPy's own file format (numpy.lib.format, versions 1 to 3).
package struct NumPyArray: Sendable, Equatable {
  package var shape: [Int]
  /// In C order: the last axis is contiguous.
  package var values: [Float]

  package init(shape: [Int], values: [Float]) {
    precondition(shape.reduce(1, *) == values.count, "shape \(shape), \(values.count) values")
    self.shape = shape
    self.values = values
  }

  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  private static let maximumHeaderBytes = 1 << 20

  /// Reads `<f4`, and `<f8` by rounding. Other types are refused: whether bytes are to be divided
  /// by 255, say, is not for us to guess.
  /// - Throws: `FileError`, `FormatError`.
  package static func read(_ path: String) throws -> NumPyArray {
    let file = try InputFile(path: path)
    var place = 0
    let prefix = try Prefix(path: path, size: file.size) { count in
      defer { place += count }
      return try file.bytes(at: place, count: count)
    }
    let header = try NumPyHeader(file.bytes(at: place, count: prefix.headerBytes), path: path)
    return NumPyArray(shape: header.shape, values: try header.values(of: file, from: prefix.end))
  }

  /// What stands before the header.
  struct Prefix {
    let headerBytes: Int
    /// Where the values begin.
    let end: Int

    /// - Parameters:
    ///   - size: bytes of the whole file.
    ///   - read: gives the next bytes.
    init(path: String, size: Int, read: (Int) throws -> [UInt8]) throws {
      guard size >= 12 else {
        throw FormatError(path: path, expected: "a NumPy file", found: "something else")
      }
      let start = try read(8)
      guard Array(start[..<6]) == NumPyArray.magic else {
        throw FormatError(path: path, expected: "a NumPy file", found: "something else")
      }
      let version = start[6]
      guard 1...3 ~= version else {
        throw FormatError(
          path: path, expected: "a NumPy file of version 1 to 3",
          found: "version \(version), \(size) bytes")
      }
      let lengthBytes = version == 1 ? 2 : 4
      headerBytes = try read(lengthBytes).reversed().reduce(0) { $0 << 8 | Int($1) }
      guard headerBytes <= NumPyArray.maximumHeaderBytes else {
        throw FormatError(
          path: path, expected: "a header of at most \(NumPyArray.maximumHeaderBytes) bytes",
          found: "\(headerBytes)")
      }
      end = 8 + lengthBytes + headerBytes
      guard end <= size else {
        throw FormatError(
          path: path, expected: "a header of \(headerBytes) bytes", found: "\(size) bytes in all")
      }
    }
  }

  /// Writes version 1, whole or not at all.
  /// - Throws: `FileError`.
  package func write(to path: String) throws {
    let file = try OutputFile(path: path)
    let list = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(list)), }"
    // The data begins at a multiple of 64 bytes; the header ends in a newline.
    let total = (10 + header.utf8.count + 1 + 63) / 64 * 64
    header += String(repeating: " ", count: total - 10 - header.utf8.count - 1) + "\n"
    let length = UInt16(header.utf8.count)
    try file.write(
      Self.magic + [1, 0, UInt8(length & 0xff), UInt8(length >> 8)] + Array(header.utf8))
    try values.withUnsafeBytes { try file.write($0) }
    try file.commit()
  }
}
