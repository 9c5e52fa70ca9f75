import Files

/// The header of a NumPy file: a Python dictionary of `descr`, `fortran_order` and `shape`.
struct NumPyHeader {
  let shape: [Int]
  let type: String
  private let path: String

  private static let maximumRank = 32

  /// Types of numbers, as NumPy writes them, that `NumPyArray` reads.
  static let realNumbers: Set<String> = ["<f4", "<f8"]

  /// Bytes a value.
  var width: Int { Int(String(type.last!))! }

  /// - Parameter types: those that are wanted.
  init(_ bytes: [UInt8], path: String, types: Set<String> = realNumbers) throws {
    self.path = path
    var scanner = Scanner(bytes: bytes[...])
    var type: String?
    var isFortran: Bool?
    var shape: [Int]?
    var isValid = scanner.take("{")
    while isValid, !scanner.take("}") {
      guard let key = scanner.string(), scanner.take(":") else {
        isValid = false
        break
      }
      switch key {
      case "descr" where type == nil:
        type = scanner.string()
        isValid = type != nil
      case "fortran_order" where isFortran == nil:
        isFortran = scanner.boolean()
        isValid = isFortran != nil
      case "shape" where shape == nil:
        shape = scanner.tuple(atMost: Self.maximumRank)
        isValid = shape != nil
      default: isValid = false
      }
      if !scanner.take(",") {
        isValid = isValid && scanner.take("}")
        break
      }
    }
    guard isValid, scanner.isAtEnd, let type, let isFortran, let shape else {
      throw FormatError(
        path: path, expected: "a header of one simple type, its order and its shape",
        found: "'\(String(decoding: bytes.prefix(120), as: UTF8.self))'")
    }
    guard types.contains(type) else {
      let wanted =
        types == Self.realNumbers
        ? ("float32 ('<f4')", "<f4")
        : types.count == 1 ? ("bytes ('|u1')", "u1") : ("whole numbers", "<i8")
      throw FormatError(
        path: path, expected: wanted.0,
        found: "'\(type)'; x.astype('\(wanted.1)') makes it so")
    }
    guard !isFortran || shape.count < 2 else {
      throw FormatError(
        path: path, expected: "an array in C order",
        found: "Fortran order; numpy.ascontiguousarray(x) makes it so")
    }
    self.type = type
    self.shape = shape
  }

  /// The values, which must fill the file from `start` to its end.
  func values(of file: InputFile, from start: Int) throws -> [Float] {
    let width = width
    let bytes = shape.reduce(width as Int?) { bytes, dimension in
      let (product, overflow) = bytes?.multipliedReportingOverflow(by: dimension) ?? (0, true)
      return overflow ? nil : product
    }
    guard let bytes, bytes == file.size - start else {
      throw FormatError(
        path: path, expected: "\(bytes.map { "\($0)" } ?? "2⁶³ or more") bytes for shape \(shape)",
        found: "\(file.size - start)")
    }
    let count = bytes / width
    try MemoryShortage.check(
      count * MemoryLayout<Float>.stride, for: "\(path): an array of shape \(shape)")
    guard width == 8 else {
      return try [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
        let values = UnsafeMutableBufferPointer(rebasing: buffer[..<count])
        try file.read(at: start, into: UnsafeMutableRawBufferPointer(values))
        initialized = count
      }
    }
    var values: [Float] = []
    values.reserveCapacity(count)
    let piece = 1 << 16
    for first in stride(from: 0, to: count, by: piece) {
      let part = try file.bytes(at: start + 8 * first, count: 8 * min(piece, count - first))
      part.withUnsafeBytes { raw in
        for offset in stride(from: 0, to: raw.count, by: 8) {
          values.append(Float(raw.loadUnaligned(fromByteOffset: offset, as: Double.self)))
        }
      }
    }
    return values
  }
}

/// As much of Python's literals as NumPy writes.
private struct Scanner {
  var bytes: ArraySlice<UInt8>

  var isAtEnd: Bool {
    mutating get {
      skipSpace()
      return bytes.isEmpty
    }
  }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard bytes.first == UInt8(ascii: character) else { return false }
    bytes.removeFirst()
    return true
  }

  /// A string of printable ASCII without escapes, in either kind of quotes.
  mutating func string() -> String? {
    skipSpace()
    guard let quote = bytes.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      return nil
    }
    bytes.removeFirst()
    guard let end = bytes.firstIndex(of: quote) else { return nil }
    let content = bytes[..<end]
    bytes = bytes[(end + 1)...]
    guard content.allSatisfy({ 32...126 ~= $0 && $0 != UInt8(ascii: "\\") }) else { return nil }
    return String(decoding: content, as: UTF8.self)
  }

  mutating func boolean() -> Bool? {
    skipSpace()
    for (word, value) in [("True", true), ("False", false)] where bytes.starts(with: word.utf8) {
      bytes.removeFirst(word.utf8.count)
      return value
    }
    return nil
  }

  /// `()`, `(3,)`, `(3, 4)`; `3L` as Python 2 wrote it.
  mutating func tuple(atMost limit: Int) -> [Int]? {
    guard take("(") else { return nil }
    var result: [Int] = []
    while !take(")") {
      guard result.count < limit, let number = integer() else { return nil }
      result.append(number)
      _ = take("L")
      if !take(",") { return take(")") ? result : nil }
    }
    return result
  }

  private mutating func integer() -> Int? {
    skipSpace()
    let digits = bytes.prefix { 48...57 ~= $0 }
    bytes.removeFirst(digits.count)
    return Int(String(decoding: digits, as: UTF8.self))
  }

  private mutating func skipSpace() {
    while let byte = bytes.first, byte == 32 || 9...13 ~= byte { bytes.removeFirst() }
  }
}
