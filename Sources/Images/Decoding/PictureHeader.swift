/// What a picture says of itself before it is decoded.
package struct PictureHeader: Equatable, Sendable {
  package let kind: PictureKind
  /// As they are stored: an orientation may swap them.
  package let width: Int
  package let height: Int
  package let orientation: Orientation
  /// Whether its data arrive coarse first: a cut one has every row, and is not the picture.
  let isProgressive: Bool

  /// Pixels that are decoded at most: what the largest sensors of phones give, 200 megapixels.
  package static let maximumPixels = 200_000_000

  /// - Throws: where it has more pixels than that.
  func checkSize() throws(DecodingFault) {
    let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
    guard !overflow, pixels <= Self.maximumPixels else {
      throw DecodingFault(
        reason: .tooLarge, expected: "at most \(Self.maximumPixels) pixels",
        found: overflow ? "\(width)×\(height)" : "\(width)×\(height), which are \(pixels)")
    }
  }
}

/// Numbers of several bytes at any place of a file's content; `nil` beyond its end.
struct ByteReader {
  let bytes: UnsafeBufferPointer<UInt8>

  func bigEndian(_ place: Int, _ count: Int) -> Int? {
    guard place >= 0, place <= bytes.count - count else { return nil }
    return bytes[place..<(place + count)].reduce(0) { $0 << 8 | Int($1) }
  }

  func littleEndian(_ place: Int, _ count: Int) -> Int? {
    guard place >= 0, place <= bytes.count - count else { return nil }
    return bytes[place..<(place + count)].reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  /// Whether the text stands there.
  func has(_ text: StaticString, at place: Int) -> Bool {
    guard place >= 0, place <= bytes.count - text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { $0.elementsEqual(bytes[place..<(place + $0.count)]) }
  }
}
