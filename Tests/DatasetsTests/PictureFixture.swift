import CZlib
import Files
import TestSupport

/// Pictures made on the spot.
enum PictureFixture {
  /// A PNG of one colour that depends on `seed`, without compression's help.
  static func png(_ seed: Int, width: Int = 5, height: Int = 4) -> [UInt8] {
    var rows: [UInt8] = []
    for y in 0..<height {
      rows.append(0)
      for x in 0..<width {
        rows += [
          UInt8(truncatingIfNeeded: seed), UInt8(truncatingIfNeeded: seed * 7 + x),
          UInt8(truncatingIfNeeded: seed >> 8 + y),
        ]
      }
    }
    let size = { (value: Int) in [24, 16, 8, 0].map { UInt8(value >> $0 & 0xff) } }
    func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
      let body = Array(name.utf8) + data
      let sum = body.withUnsafeBytes { bytes in
        crc32(0, bytes.bindMemory(to: UInt8.self).baseAddress, UInt32(bytes.count))
      }
      return size(data.count) + body + size(Int(sum))
    }
    var packed = [UInt8](repeating: 0, count: rows.count + 100)
    var count = UInt(packed.count)
    compress(&packed, &count, rows, UInt(rows.count))
    return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
      + chunk("IHDR", size(width) + size(height) + [8, 2, 0, 0, 0])
      + chunk("IDAT", Array(packed[..<Int(count)])) + chunk("IEND", [])
  }

  /// Writes pictures, all of them different, to the paths, making folders as needed.
  static func write(_ paths: [String], to temporary: TemporaryFolder) throws {
    for path in paths {
      try Folder.create(splitPath(temporary(path)).folder)
      let seed = path.utf8.reduce(7) { $0 &* 31 &+ Int($1) } & 0xffff
      try temporary.write(png(seed), to: path)
    }
  }

  /// `count` pictures in each folder.
  static func write(
    _ folders: [String: Int], to temporary: TemporaryFolder
  ) throws {
    for (folder, count) in folders {
      try write((0..<count).map { "\(folder)/\($0).png" }, to: temporary)
    }
  }
}
