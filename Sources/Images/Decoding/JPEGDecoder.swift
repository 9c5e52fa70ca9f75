import CTurboJPEG

/// JPEG by libjpeg-turbo: baseline and progressive, grey, colour, CMYK and YCCK.
enum JPEGDecoder {
  /// Walks the markers up to the frame and beyond, for what the library does not say.
  ///
  /// - Parameter isWhole: whether `bytes` are the whole file; a beginning may end too early.
  /// - Returns: `nil` where a beginning does not reach the frame.
  static func header(_ bytes: UnsafeBufferPointer<UInt8>, isWhole: Bool) throws(DecodingFault)
    -> PictureHeader?
  {
    let reader = ByteReader(bytes: bytes)
    var orientation = Orientation.upright
    var place = 2
    while true {
      // Any number of 0xff may stand before a marker, and some programs leave bytes between them.
      while let byte = reader.bigEndian(place, 1), byte != 0xff { place += 1 }
      while reader.bigEndian(place, 1) == 0xff { place += 1 }
      guard let marker = reader.bigEndian(place, 1) else { break }
      place += 1
      if marker == 0 || marker == 1 || 0xd0...0xd8 ~= marker { continue }
      guard marker != 0xd9, marker != 0xda else {
        throw .damaged(.jpeg, "no frame before its data")
      }
      guard let length = reader.bigEndian(place, 2) else { break }
      guard length >= 2 else { throw .damaged(.jpeg, "a segment of \(length) bytes") }
      if marker == 0xe1, reader.has("Exif\0\0", at: place + 2) {
        let end = min(bytes.count, place + length)
        let tiff = bytes[min(place + 8, end)..<end]
        orientation = Orientation(exif: tiff) ?? orientation
      }
      // A frame: SOF0 … SOF15 without DHT, JPG and DAC, which lie among them.
      if 0xc0...0xcf ~= marker, ![0xc4, 0xc8, 0xcc].contains(marker) {
        guard let height = reader.bigEndian(place + 3, 2),
          let width = reader.bigEndian(place + 5, 2)
        else { break }
        guard width > 0, height > 0 else { throw .damaged(.jpeg, "a frame of \(width)×\(height)") }
        return PictureHeader(
          kind: .jpeg, width: width, height: height, orientation: orientation,
          isProgressive: [0xc2, 0xc6, 0xca, 0xce].contains(marker))
      }
      place += length
    }
    guard !isWhole else { throw .damaged(.jpeg, "its end before the frame") }
    return nil
  }

  /// Always in full size: libjpeg's reduced sizes stay within two levels of it only where a picture is
  /// still 16 times too large after them (measured with edges and letters in it; 12 levels at twice).
  static func decode(_ bytes: UnsafeBufferPointer<UInt8>, header: PictureHeader)
    throws(DecodingFault) -> Picture
  {
    guard let handle = tjInitDecompress() else {
      throw .damaged(.jpeg, "no room for a decoder")
    }
    defer { tjDestroy(handle) }
    var width: Int32 = 0
    var height: Int32 = 0
    var subsampling: Int32 = -1
    var space: Int32 = -1
    let status = tjDecompressHeader3(
      handle, bytes.baseAddress, UInt(bytes.count), &width, &height, &subsampling, &space)
    // It refuses samplings that it has no name for, which decode all the same.
    guard status == 0 || subsampling < 0 && space >= 0 || isHarmless(handle) else {
      throw .damaged(.jpeg, message(handle))
    }
    guard Int(width) == header.width, Int(height) == header.height else {
      throw .damaged(.jpeg, "frames of \(header.width)×\(header.height) and \(width)×\(height)")
    }
    let isGrey = space == Int32(TJCS_GRAY.rawValue)
    let isInk = space == Int32(TJCS_CMYK.rawValue) || space == Int32(TJCS_YCCK.rawValue)
    let format = isGrey ? TJPF_GRAY : isInk ? TJPF_CMYK : TJPF_RGB
    func decompress(_ target: UnsafeMutableBufferPointer<UInt8>) throws(DecodingFault) {
      guard
        tjDecompress2(
          handle, bytes.baseAddress, UInt(bytes.count), target.baseAddress, Int32(header.width), 0,
          Int32(header.height), Int32(format.rawValue), TJFLAG_LIMITSCANS) != 0
      else { return }
      guard !isHarmless(handle) || isCut(bytes) else { return }
      let fault = message(handle)
      guard try isOnlyUnended(handle, bytes, header, format, target) else {
        throw .damaged(.jpeg, fault)
      }
    }
    guard isInk else {
      return try Picture(
        width: header.width, height: header.height, channels: isGrey ? 1 : 3, fill: decompress)
    }
    let inks = UnsafeMutableBufferPointer<UInt8>.allocate(
      capacity: header.width * header.height * 4)
    defer { inks.deallocate() }
    try decompress(inks)
    return Picture(width: header.width, height: header.height, channels: 3) { target in
      for pixel in 0..<(header.width * header.height) {
        // Stored inverted, as Adobe's programs do and everybody reads: 255 is no ink.
        let black = UInt32(inks[4 * pixel + 3])
        for channel in 0..<3 {
          target[3 * pixel + channel] = UInt8(
            truncatingIfNeeded: dividedBy255(UInt32(inks[4 * pixel + channel]) * black))
        }
      }
    }
  }

  /// The last complaint is one that cameras' files bring up and no pixel suffers from.
  private static func isHarmless(_ handle: tjhandle) -> Bool {
    guard tjGetErrorCode(handle) == Int32(TJERR_WARNING.rawValue) else { return false }
    let text = message(handle)
    return ["extraneous bytes before marker", "Invalid SOS parameters", "JFIF", "Adobe"]
      .contains(where: text.contains)
  }

  private static func message(_ handle: tjhandle) -> String {
    let text = tjGetErrorStr2(handle).map { String(cString: $0) } ?? "damage"
    // The library puts its function's name before some.
    return text.split(separator: "): ").last.map(String.init) ?? text
  }

  /// Whether there is no end marker: only the first complaint is told, which may hide a later one.
  private static func isCut(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var place = bytes.count - 2
    while place >= 2 {
      if bytes[place] == 0xff {
        if bytes[place + 1] == 0xd9 { return false }
        if bytes[place + 1] == 0xda { return true }
      }
      place -= 1
    }
    return true
  }

  /// Whether nothing but the end marker is missing: with one put there, every row is there. Coarse
  /// scans have every row, too, so that nothing can be said of a progressive one.
  private static func isOnlyUnended(
    _ handle: tjhandle, _ bytes: UnsafeBufferPointer<UInt8>, _ header: PictureHeader,
    _ format: TJPF, _ target: UnsafeMutableBufferPointer<UInt8>
  ) throws(DecodingFault) -> Bool {
    guard !header.isProgressive, isCut(bytes) else { return false }
    let ended = Array(bytes) + [0xff, 0xd9]
    return ended.withUnsafeBufferPointer {
      tjDecompress2(
        handle, $0.baseAddress, UInt($0.count), target.baseAddress, Int32(header.width), 0,
        Int32(header.height), Int32(format.rawValue), TJFLAG_LIMITSCANS) == 0
    }
  }
}

/// A product of two bytes divided by 255, rounded.
func dividedBy255(_ product: UInt32) -> UInt32 {
  let shifted = product &+ 128
  return (shifted >> 8 &+ shifted) >> 8
}
