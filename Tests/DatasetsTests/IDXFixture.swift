import CZlib
import Files
import TestSupport

/// IDX data made on the spot.
enum IDXFixture {
  static func file(_ shape: [Int], _ values: [UInt8]) -> [UInt8] {
    [0, 0, 8, UInt8(shape.count)]
      + shape.flatMap { size in [24, 16, 8, 0].map { UInt8(size >> $0 & 0xff) } } + values
  }

  /// Pixel p of image i is i + p, so that each image tells which one it is.
  static func images(_ count: Int, height: Int = 2, width: Int = 3) -> [UInt8] {
    let size = height * width
    return file(
      [count, height, width],
      (0..<(count * size)).map { UInt8(truncatingIfNeeded: $0 / size + $0 % size) })
  }

  static func labels(_ labels: [UInt8]) -> [UInt8] { file([labels.count], labels) }

  static func gzipped(_ bytes: [UInt8]) throws -> [UInt8] {
    let temporary = TemporaryFolder()
    let file = gzopen(temporary("x"), "wb9")
    _ = bytes.withUnsafeBytes { gzwrite(file, $0.baseAddress, UInt32($0.count)) }
    gzclose(file)
    return try InputFile.contents(of: temporary("x"), limit: 1 << 24)
  }

  /// A folder with training files and, where asked for, test files.
  static func write(
    to temporary: TemporaryFolder, train: [UInt8], test: [UInt8]? = nil, folder: String = ""
  ) throws {
    for (name, labels) in [("train", train), ("test", test)] {
      guard let labels else { continue }
      try temporary.write(images(labels.count), to: "\(folder)\(name)-images-idx3-ubyte")
      try temporary.write(self.labels(labels), to: "\(folder)\(name)-labels-idx1-ubyte")
    }
  }
}
