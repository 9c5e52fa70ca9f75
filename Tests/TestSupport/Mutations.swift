import Glibc

/// Repeatable damage to the bytes of a file, for readers that must take anything.
package struct Mutations {
  private var state: UInt64

  package init(seed: UInt64) {
    state = seed &+ 0x9E37_79B9_7F4A_7C15
  }

  /// A damaged version of `original`: cut, with bits flipped, bytes replaced, doubled, taken away or
  /// overwritten with numbers that readers trip over.
  package mutating func damaged(_ original: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0...next(3) where !bytes.isEmpty {
      let place = next(bytes.count)
      switch next(8) {
      case 0: bytes.removeSubrange(place...)
      case 1: bytes[place] ^= 1 << UInt8(next(8))
      case 2: bytes[place] = UInt8(next(256))
      case 3: bytes.removeSubrange(place..<min(bytes.count, place + 1 + next(9)))
      case 4:
        bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 1 + next(40))], at: place)
      case 5: overwrite(&bytes, at: place, with: Self.integers[next(Self.integers.count)])
      case 6: overwrite(&bytes, at: place, with: Array(Self.words[next(Self.words.count)].utf8))
      default: bytes.append(contentsOf: (0...next(12)).map { _ in UInt8(next(256)) })
      }
    }
    return bytes
  }

  /// A version of a text in which one to three numbers are others: as large, as small and as strange
  /// as a text can say, each in the place of a whole number.
  package mutating func withOtherNumbers(_ original: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0...next(3) {
      let starts = bytes.indices.filter { index in
        Self.isNumeric(bytes[index]) && (index == 0 || !Self.isNumeric(bytes[index - 1]))
      }
      guard !starts.isEmpty else { return bytes }
      let start = starts[next(starts.count)]
      let end = bytes[start...].firstIndex { !Self.isNumeric($0) } ?? bytes.endIndex
      bytes.replaceSubrange(start..<end, with: Self.numbers[next(Self.numbers.count)].utf8)
    }
    return bytes
  }

  private static func isNumeric(_ byte: UInt8) -> Bool {
    48...57 ~= byte || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
  }

  private static let numbers = [
    "0", "-1", "1", "2147483647", "2147483648", "4294967296", "1099511627776",
    "9223372036854775807", "-9223372036854775808", "18446744073709551615", "1e308", "-1e308",
    "1e-320", "\"nan\"", "\"inf\"", "\"-inf\"", "null", "0.5", "1e6", "65536", "65537",
  ]

  private func overwrite(_ bytes: inout [UInt8], at place: Int, with new: [UInt8]) {
    for (offset, byte) in new.enumerated() where place + offset < bytes.count {
      bytes[place + offset] = byte
    }
  }

  private static let integers: [[UInt8]] = [
    [0, 0, 0, 0], [0xff, 0xff, 0xff, 0xff], [0x7f, 0xff, 0xff, 0xff], [0, 0, 0, 0x80],
    [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], [0, 0, 0, 0, 0, 0, 0, 0x80],
    [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [0, 0, 0, 1, 0, 0, 0, 0],
  ]

  private static let words = [
    "-1", "0", "9223372036854775807", "9223372036854775808", "1e999", "NaN", "null", "\"", "{", "}",
    "[", "]", ",", ":", "\\u0000", "\\ud800", "\u{0}", "\n", "\u{1b}[2J", "true",
  ]

  /// A number below `bound`.
  private mutating func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(bound))
  }
}
