import Datasets
import Files
import Foundation
import Testing

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

/// Agreement within 1e-4 of the largest value: what independent implementations reach.
func expectClose(
  _ found: [Float], _ expected: [Float], _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard found.count == expected.count else {
    Issue.record(
      "\(what): \(found.count) values, expected \(expected.count)", sourceLocation: sourceLocation)
    return
  }
  let scale = max(1e-6, expected.map(abs).max() ?? 0)
  let difference = zip(found, expected).map { abs($0 - $1) }.max() ?? 0
  #expect(
    difference <= 1e-4 * scale, "\(what): off by \(difference)", sourceLocation: sourceLocation)
}
