import Foundation
import TestSupport

/// The bundled images, and made-up ones, as options of the program.
enum SmallData {
  static let demo = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Sources/thaw/Demo").standardized.path
  static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../ModelFormatsTests/Fixtures").standardized.path
  /// A thousand real digits.
  static let digits = demo + "/digits-5-to-9-test-images-idx3-ubyte.gz"

  /// An IDX file of bytes.
  static func idx(_ shape: [Int], _ value: (Int) -> Int) -> [UInt8] {
    let sides = shape.flatMap { side in [24, 16, 8, 0].map { UInt8(side >> $0 & 255) } }
    let count = shape.reduce(1, *)
    return [0, 0, 8, UInt8(shape.count)] + sides + (0..<count).map { UInt8(value($0) & 255) }
  }

  /// A folder of training images, labelled 0, 1, … in turn.
  static func folder(
    images: Int, labels: Int? = nil, side: Int = 28, classes: Int = 5
  ) throws -> TemporaryFolder {
    let folder = TemporaryFolder()
    try folder.write(idx([images, side, side]) { $0 }, to: "train-images-idx3-ubyte")
    try folder.write(idx([labels ?? images]) { $0 % classes }, to: "train-labels-idx1-ubyte")
    return folder
  }
}
