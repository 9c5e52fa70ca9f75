import Datasets
import Files
import Foundation

/// A file beside the tests.
enum FixtureFile {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures")

  static func path(_ name: String) -> String {
    folder.appending(path: name).path
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    try InputFile.contents(of: path(name), limit: 1 << 24)
  }

  /// The demo's files, where the program bundles them from.
  static func demo(_ name: String) -> String {
    folder.appending(path: "../../../Sources/thaw/Demo/\(name)").standardized.path
  }

  /// The first test images of the demo's data, pixels divided by 255.
  static func firstDemoTestImages(_ count: Int) throws -> [Float] {
    let file = try IDXFile.read(demo("digits-5-to-9-test-images-idx3-ubyte.gz"), ranks: 3...3)
    return file.values.prefix(count * 28 * 28).map { Float($0) / 255 }
  }
}
