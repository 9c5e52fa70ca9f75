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
    let prefix = try file.bytes(at: 0, count: min(file.size, 12))
    guard prefix.count >= 10, Array(prefix[..<6]) == magic else {
      throw FormatError(path: path, expected: "a NumPy file", found: "something else")
    }
    let version = prefix[6]
    guard 1...3 ~= version, version == 1 || prefix.count == 12 else {
      throw FormatError(
        path: path, expected: "a NumPy file of version 1 to 3",
        found: "version \(version), \(file.size) bytes")
    }
    let lengthBytes = version == 1 ? 2 : 4
    let headerStart = 8 + lengthBytes
    let length = prefix[8..<headerStart].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= maximumHeaderBytes else {
      throw FormatError(
        path: path, expected: "a header of at most \(maximumHeaderBytes) bytes",
        found: "\(length)")
    }
    let header = try NumPyHeader(file.bytes(at: headerStart, count: length), path: path)
    return NumPyArray(
      shape: header.shape,
      values: try header.values(of: file, from: headerStart + length))
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
