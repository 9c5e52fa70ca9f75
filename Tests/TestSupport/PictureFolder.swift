import Files

/// Pictures made on the spot, in class folders.
package enum PictureFolder {
  /// A PNG of 8-bit colour, its pixels stored as they are.
  /// - Parameter pixel: red, green and blue of a place.
  package static func png(
    width: Int, height: Int, pixel: (_ x: Int, _ y: Int) -> (Int, Int, Int)
  ) -> [UInt8] {
    var rows: [UInt8] = []
    for y in 0..<height {
      rows.append(0)
      for x in 0..<width {
        let (red, green, blue) = pixel(x, y)
        rows += [red, green, blue].map { UInt8(clamping: $0) }
      }
    }
    // One block that is not compressed (RFC 1951, 3.2.4), in zlib's frame.
    precondition(rows.count < 1 << 16, "\(rows.count) bytes")
    let size = [UInt8(rows.count & 0xff), UInt8(rows.count >> 8)]
    let data: [UInt8] = [0x78, 1, 1] + size + size.map(~) + rows + bytes(adler(rows))
    return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
      + chunk("IHDR", bytes(UInt32(width)) + bytes(UInt32(height)) + [8, 2, 0, 0, 0])
      + chunk("IDAT", data) + chunk("IEND", [])
  }

  /// A noisy picture of a colour that belongs to the class; no two of a class are the same.
  package static func png(class number: Int, index: Int, side: Int = 12) -> [UInt8] {
    var dice = UInt32(truncatingIfNeeded: number * 7919 + index * 104_729 + 1)
    func noise() -> Int {
      dice = dice &* 1_664_525 &+ 1_013_904_223
      return Int(dice >> 26)
    }
    let base = [(180, 20, 20), (20, 180, 20), (20, 20, 180), (150, 150, 20)][number % 4]
    return png(width: side + index % 5, height: side + index % 3) { _, _ in
      (base.0 + noise(), base.1 + noise(), base.2 + noise())
    }
  }

  /// Writes `count` pictures for each class, to `folder/class/index.png`.
  package static func write(
    classes: [String], count: Int, to temporary: TemporaryFolder, folder: String = ""
  ) throws {
    for (number, name) in classes.enumerated() {
      let path = folder.isEmpty ? name : "\(folder)/\(name)"
      try Folder.create(temporary(path))
      for index in 0..<count {
        try temporary.write(png(class: number, index: index), to: "\(path)/\(index).png")
      }
    }
  }

  private static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + data
    return bytes(UInt32(data.count)) + body + bytes(checksum(body))
  }

  private static func bytes(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  /// CRC-32 as PNG has it.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in
        value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1
      }
    }
  }

  private static func adler(_ bytes: [UInt8]) -> UInt32 {
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
      a = (a + UInt32(byte)) % 65521
      b = (b + a) % 65521
    }
    return b << 16 | a
  }
}
