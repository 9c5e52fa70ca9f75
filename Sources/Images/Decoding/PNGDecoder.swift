import CPNG

/// PNG by libpng's simplified interface: every colour type and depth, interlaced or not.
enum PNGDecoder {
  private static let signatureBytes = 8

  /// - Returns: `nil` where a beginning of a file is too short.
  static func header(_ bytes: UnsafeBufferPointer<UInt8>, isWhole: Bool) throws(DecodingFault)
    -> PictureHeader?
  {
    let reader = ByteReader(bytes: bytes)
    guard let length = reader.bigEndian(8, 4), let width = reader.bigEndian(16, 4),
      let height = reader.bigEndian(20, 4)
    else {
      guard isWhole else { return nil }
      throw .damaged(.png, "its end in the header")
    }
    guard length == 13, reader.has("IHDR", at: 12), width > 0, height > 0 else {
      throw .damaged(.png, "no header of a PNG")
    }
    var orientation = Orientation.upright
    for chunk in Chunks(reader) where reader.has("eXIf", at: chunk.start + 4) {
      let end = min(bytes.count, chunk.end - 4)
      orientation = Orientation(exif: bytes[min(chunk.start + 8, end)..<end]) ?? orientation
    }
    return PictureHeader(
      kind: .png, width: width, height: height, orientation: orientation, isProgressive: false)
  }

  static func decode(_ bytes: UnsafeBufferPointer<UInt8>, header: PictureHeader)
    throws(DecodingFault) -> Picture
  {
    guard let plain = essential(bytes) else { return try read(bytes, header) }
    let outcome = plain.withUnsafeBufferPointer { plain in
      Result { () throws(DecodingFault) in try read(plain, header) }
    }
    return try outcome.get()
  }

  private static func read(_ bytes: UnsafeBufferPointer<UInt8>, _ header: PictureHeader)
    throws(DecodingFault) -> Picture
  {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    guard png_image_begin_read_from_memory(&image, bytes.baseAddress, bytes.count) != 0 else {
      throw .damaged(.png, message(image))
    }
    defer { png_image_free(&image) }
    guard Int(image.width) == header.width, Int(image.height) == header.height else {
      throw .damaged(.png, "\(image.width)×\(image.height) after \(header.width)×\(header.height)")
    }
    let isColour = image.format & UInt32(PNG_FORMAT_FLAG_COLOR) != 0
    let hasAlpha = image.format & UInt32(PNG_FORMAT_FLAG_ALPHA) != 0
    image.format =
      (isColour ? UInt32(PNG_FORMAT_FLAG_COLOR) : 0)
      | (hasAlpha ? UInt32(PNG_FORMAT_FLAG_ALPHA) : 0)
    let channels = isColour ? 3 : 1
    func finish(_ target: UnsafeMutableBufferPointer<UInt8>) throws(DecodingFault) {
      guard png_image_finish_read(&image, nil, target.baseAddress, 0, nil) != 0 else {
        throw .damaged(.png, message(image))
      }
    }
    if bytes.count > depthPlace, bytes[depthPlace] == 16 {
      return try deep(&image, header, channels: channels, hasAlpha: hasAlpha)
    }
    guard hasAlpha else {
      return try Picture(
        width: header.width, height: header.height, channels: channels, fill: finish)
    }
    return try Picture(width: header.width, height: header.height, alphaOver: channels, finish)
  }

  /// Where the header says how many bits a channel has.
  private static let depthPlace = 24

  /// 16 bits a channel, which the library would give in 8 wrongly where they are interlaced
  /// (CVE-2025-65018). As numbers for linear light they stay what they are, but for the alpha channel,
  /// which they are multiplied with.
  private static func deep(
    _ image: inout png_image, _ header: PictureHeader, channels: Int, hasAlpha: Bool
  ) throws(DecodingFault) -> Picture {
    image.format |= UInt32(PNG_FORMAT_FLAG_LINEAR)
    let all = hasAlpha ? channels + 1 : channels
    let pixels = header.width * header.height
    let values = UnsafeMutableBufferPointer<UInt16>.allocate(capacity: pixels * all)
    defer { values.deallocate() }
    guard png_image_finish_read(&image, nil, values.baseAddress, 0, nil) != 0 else {
      throw .damaged(.png, message(image))
    }
    return Picture(width: header.width, height: header.height, channels: channels) { target in
      for pixel in 0..<pixels {
        let white = hasAlpha ? 65535 - UInt32(values[pixel * all + channels]) : 0
        for channel in 0..<channels {
          let value = min(65535, UInt32(values[pixel * all + channel]) + white)
          target[pixel * channels + channel] = UInt8((value * 255 + 32895) >> 16)
        }
      }
    }
  }

  private static func message(_ image: png_image) -> String {
    withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  /// The chunks that pixels are made of, where there are others. Without those, numbers mean what they
  /// are, as in training elsewhere: the library would correct for a screen's gamma. And nothing
  /// compressed is unpacked that nobody reads.
  private static func essential(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    let reader = ByteReader(bytes: bytes)
    func isEssential(_ chunk: Range<Int>) -> Bool {
      let name = chunk.lowerBound + 4
      // Critical ones have a capital letter first.
      return bytes[name] & 0x20 == 0 || reader.has("tRNS", at: name)
    }
    guard Chunks(reader).contains(where: { !isEssential($0.start..<$0.end) }) else { return nil }
    var result = Array(bytes[..<signatureBytes])
    result.reserveCapacity(bytes.count)
    var end = signatureBytes
    for chunk in Chunks(reader) {
      if isEssential(chunk.start..<chunk.end) {
        result += bytes[chunk.start..<min(chunk.end, bytes.count)]
      }
      end = min(chunk.end, bytes.count)
    }
    return result + bytes[end...]
  }

  /// The chunks of a file, each of which has a length and a name within it; the last may be cut.
  private struct Chunks: Sequence, IteratorProtocol {
    let reader: ByteReader
    var place = signatureBytes

    init(_ reader: ByteReader) { self.reader = reader }

    mutating func next() -> (start: Int, end: Int)? {
      let start = place
      guard start < reader.bytes.count - 8, let length = reader.bigEndian(start, 4) else {
        return nil
      }
      place = start + 12 + length
      return (start, place)
    }
  }
}

extension Picture {
  /// Makes a picture of one with an alpha channel, which `fill` writes, over white.
  init(
    width: Int, height: Int, alphaOver channels: Int,
    _ fill: (UnsafeMutableBufferPointer<UInt8>) throws(DecodingFault) -> Void
  ) throws(DecodingFault) {
    let all = channels + 1
    let layers = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: width * height * all)
    defer { layers.deallocate() }
    try fill(layers)
    self.init(width: width, height: height, channels: channels) { target in
      if channels == 3 {
        Self.put(layers, target, pixels: width * height, channels: 3)
      } else {
        Self.put(layers, target, pixels: width * height, channels: 1)
      }
    }
  }

  /// Inlined, so that the number of channels is known to the loops.
  @inline(__always)
  private static func put(
    _ layers: UnsafeMutableBufferPointer<UInt8>, _ target: UnsafeMutableBufferPointer<UInt8>,
    pixels: Int, channels: Int
  ) {
    var source = layers.baseAddress!
    var place = target.baseAddress!
    for _ in 0..<pixels {
      let alpha = UInt32(source[channels])
      let white = 255 &* (255 &- alpha)
      for channel in 0..<channels {
        place[channel] = UInt8(
          truncatingIfNeeded: dividedBy255(UInt32(source[channel]) &* alpha &+ white))
      }
      source += channels + 1
      place += channels
    }
  }
}
