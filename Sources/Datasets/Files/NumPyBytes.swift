import Files

/// An array of NumPy's of whole numbers, as its bytes.
struct NumPyBytes {
  static let wholeNumbers: Set<String> = [
    "|u1", "|i1", "<u2", "<i2", "<u4", "<i4", "<u8", "<i8",
  ]

  let shape: [Int]
  let type: String
  let bytes: [UInt8]

  /// - Throws: `FileError`, `FormatError`, `MemoryShortage`.
  init(_ files: any ArrayFiles, _ name: String, types: Set<String>, path: String) throws {
    let (size, read) = try files.open(name)
    let prefix = try NumPyArray.Prefix(path: path, size: size) { try read($0) }
    let header = try NumPyHeader(read(prefix.headerBytes), path: path, types: types)
    let rest = size - prefix.end
    let wanted = header.shape.reduce(header.width as Int?) { bytes, dimension in
      guard let bytes else { return nil }
      let (product, overflow) = bytes.multipliedReportingOverflow(by: dimension)
      return overflow ? nil : product
    }
    guard let wanted, wanted == rest else {
      throw FormatError(
        path: path,
        expected: "\(wanted.map(String.init) ?? "2⁶³ or more") bytes for shape \(header.shape)",
        found: "\(rest)")
    }
    // A small archive may unpack to a thousand times its size.
    try MemoryShortage.check(2 * wanted, for: "\(path): an array of shape \(header.shape)")
    shape = header.shape
    type = header.type
    bytes = try read(wanted)
  }

  func integers(path: String) throws -> [Int] {
    let width = Int(String(type.last!))!
    let isSigned = type.contains("i")
    return try stride(from: 0, to: bytes.count, by: width).map { place in
      let bits = bytes[place..<(place + width)].reversed().reduce(UInt64(0)) {
        $0 << 8 | UInt64($1)
      }
      let unused = UInt64.bitWidth - 8 * width
      let value =
        isSigned
        ? Int(truncatingIfNeeded: Int64(bitPattern: bits << unused) >> unused) : Int(exactly: bits)
      guard let value else {
        throw FormatError(path: path, expected: "labels below 2⁶³", found: "\(bits)")
      }
      return value
    }
  }
}
