import CWebP

/// WebP by libwebp, lossy and lossless.
enum WebPDecoder {
  /// Bytes of a file that its header may take.
  private static let headerBytes = 64

  static func header(_ bytes: UnsafeBufferPointer<UInt8>, isWhole: Bool) throws(DecodingFault)
    -> PictureHeader?
  {
    guard isWhole || bytes.count >= headerBytes else { return nil }
    var features = WebPBitstreamFeatures()
    let status = WebPGetFeatures(bytes.baseAddress, bytes.count, &features)
    if status == VP8_STATUS_NOT_ENOUGH_DATA, !isWhole { return nil }
    guard status == VP8_STATUS_OK, features.width > 0, features.height > 0 else {
      throw .damaged(.webp, words(status))
    }
    guard features.has_animation == 0 else {
      throw DecodingFault(
        reason: .unsupported(.webp), expected: "one picture",
        found: "an animated WebP; webpmux -get frame 1 takes one out of it")
    }
    return PictureHeader(
      kind: .webp, width: Int(features.width), height: Int(features.height),
      orientation: orientation(ByteReader(bytes: bytes)), isProgressive: false)
  }

  static func decode(_ bytes: UnsafeBufferPointer<UInt8>, header: PictureHeader)
    throws(DecodingFault) -> Picture
  {
    var configuration = WebPDecoderConfig()
    guard WebPInitDecoderConfig(&configuration) != 0 else {
      throw .damaged(.webp, "another version of libwebp than the one built for")
    }
    guard WebPGetFeatures(bytes.baseAddress, bytes.count, &configuration.input) == VP8_STATUS_OK
    else { throw .damaged(.webp, "no header") }
    let hasAlpha = configuration.input.has_alpha != 0
    let channels = hasAlpha ? 4 : 3
    configuration.output.colorspace = hasAlpha ? MODE_RGBA : MODE_RGB
    configuration.output.is_external_memory = 1
    func decode(_ target: UnsafeMutableBufferPointer<UInt8>) throws(DecodingFault) {
      configuration.output.u.RGBA.rgba = target.baseAddress
      configuration.output.u.RGBA.stride = Int32(header.width * channels)
      configuration.output.u.RGBA.size = target.count
      let status = WebPDecode(bytes.baseAddress, bytes.count, &configuration)
      WebPFreeDecBuffer(&configuration.output)
      guard status == VP8_STATUS_OK else { throw .damaged(.webp, words(status)) }
    }
    guard hasAlpha else {
      return try Picture(width: header.width, height: header.height, channels: 3, fill: decode)
    }
    return try Picture(width: header.width, height: header.height, alphaOver: 3, decode)
  }

  private static func words(_ status: VP8StatusCode) -> String {
    switch status {
    case VP8_STATUS_NOT_ENOUGH_DATA: "its end too early"
    case VP8_STATUS_UNSUPPORTED_FEATURE: "something that libwebp does not read"
    case VP8_STATUS_OUT_OF_MEMORY: "no memory for it"
    default: "damaged data"
    }
  }

  /// What the chunk `EXIF` says (WebP Container Specification).
  private static func orientation(_ reader: ByteReader) -> Orientation {
    var place = 12
    while let length = reader.littleEndian(place + 4, 4) {
      if reader.has("EXIF", at: place) {
        let start = place + (reader.has("Exif\0\0", at: place + 8) ? 14 : 8)
        let end = min(reader.bytes.count, place + 8 + length)
        return Orientation(exif: reader.bytes[min(start, end)..<end]) ?? .upright
      }
      place += 8 + length + length % 2
    }
    return .upright
  }
}
