import Files
import JSON

/// The header of a safetensors file: an object of tensors, each an object of `dtype`, `shape` and
/// `data_offsets`, and `__metadata__` of strings. Anything else in it is an error.
struct SafetensorsHeader {
  private(set) var tensors: [TensorDescription] = []
  private(set) var metadata: [String: String] = [:]

  private static let maximumRank = 64

  /// - Parameter path: of the file, for errors.
  /// - Throws: `FormatError`.
  init(_ bytes: [UInt8], path: String) throws {
    var scanner = JSONScanner(bytes)
    do {
      try scanner.beginObject()
      while let name = try scanner.nextKey() {
        if name == "__metadata__" {
          try scanner.beginObject()
          while let key = try scanner.nextKey() { metadata[key] = try scanner.string() }
        } else {
          tensors.append(try Self.tensor(name, &scanner, path: path))
        }
      }
      try scanner.finish()
    } catch let error as JSONError {
      throw FormatError(path: path, expected: "a header in JSON", found: "\(error) of it")
    }
  }

  private static func tensor(_ name: String, _ scanner: inout JSONScanner, path: String) throws
    -> TensorDescription
  {
    var type: ElementType?
    var shape: [Int]?
    var offsets: [Int]?
    try scanner.beginObject()
    while let key = try scanner.nextKey() {
      switch key {
      case "dtype":
        let word = try scanner.string()
        guard let known = ElementType(rawValue: word) else {
          throw FormatError(path: path, expected: "a known dtype of '\(name)'", found: "'\(word)'")
        }
        type = known
      case "shape": shape = try counts(&scanner, atMost: maximumRank)
      case "data_offsets": offsets = try counts(&scanner, atMost: 2)
      default:
        throw FormatError(
          path: path, expected: "dtype, shape and data_offsets of '\(name)'", found: "'\(key)'")
      }
    }
    guard let type, let shape, let offsets, offsets.count == 2 else {
      throw FormatError(
        path: path, expected: "dtype, shape and two data_offsets of '\(name)'", found: "fewer")
    }
    return TensorDescription(
      name: name, type: type, shape: shape, begin: offsets[0], end: offsets[1])
  }

  private static func counts(_ scanner: inout JSONScanner, atMost limit: Int) throws(JSONError)
    -> [Int]
  {
    var result: [Int] = []
    try scanner.beginArray()
    while try scanner.hasElement() {
      guard result.count < limit else { throw scanner.error("more than \(limit) numbers") }
      result.append(try scanner.count())
    }
    return result
  }
}
