import Files
import FoundationEssentials

/// Values as one line of JSON, keys sorted. A number that is none is written as a string: JSON has
/// no NaN.
enum JSONLine {
  static func encode(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      return escaped(String(decoding: try encoder.encode(value), as: UTF8.self))
    } catch {
      preconditionFailure("numbers and strings are JSON: \(error)")
    }
  }

  /// JSON whose strings hold nothing that a terminal would obey, and mean the same. The encoder
  /// escapes the controls below 32 and no others; beyond ASCII everything stands within strings.
  static func escaped(_ json: String) -> String {
    guard !json.utf8.allSatisfy({ (0x20..<0x7f).contains($0) }) else { return json }
    var result = String.UnicodeScalarView()
    for scalar in json.unicodeScalars {
      guard !Printable.isSafe(scalar) else {
        result.append(scalar)
        continue
      }
      // Above 16 bits, JSON takes two of UTF-16's.
      for unit in String(scalar).utf16 {
        let digits = String(unit, radix: 16)
        let zeros = String(repeating: "0", count: 4 - digits.count)
        result.append(contentsOf: "\\u\(zeros)\(digits)".unicodeScalars)
      }
    }
    return String(result)
  }
}
