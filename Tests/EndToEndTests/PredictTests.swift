import Foundation
import TestSupport
import Testing

/// `thaw predict`, as a script uses it, and what `inspect` and `predict` refuse.
@Suite struct PredictTests {
  private static let demo = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Sources/thaw/Demo").standardized.path
  private static let images = demo + "/digits-5-to-9-test-images-idx3-ubyte.gz"

  @Test func predictGivesWhatKerasComputes() throws {
    let ended = try ThawProcess.run(["predict", "demo", Self.images, "--json"])
    #expect(ended.status == 0 && ended.errors.isEmpty)
    #expect(ended.objects.count == 1000)
    let expectedFile = URL(filePath: Self.demo + "/digits_0_to_4.expected.json")
    let expected = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: expectedFile)) as? [String: Any])
    let rows = try #require(expected["predictions"] as? [[Double]])
    for (object, row) in zip(ended.objects, rows) {
      let values = try #require(object["values"] as? [Double])
      #expect(zip(values, row).allSatisfy { abs($0 - $1) <= 1e-4 * $1 })
    }
  }

  @Test func badInputIsOneLineAndExit2() throws {
    let folder = TemporaryFolder()
    let path = try folder.write(Array("no model".utf8), to: "model.h5")
    let output = folder("out.npy")
    for arguments in [
      ["inspect", path], ["inspect", folder("missing.h5")], ["inspect", "zoo:nothing"],
      ["predict", "demo", path, "--output", output], ["predict", folder("missing"), Self.images],
      ["predict", "zoo:resnet18", Self.images, "--output", output],
      ["predict", "demo", path, path, "--output", output],
    ] {
      let ended = try ThawProcess.run(arguments)
      #expect(ended.status == 2, "\(arguments)")
      #expect(ended.output.isEmpty)
      #expect(ended.errors.split(separator: "\n").count == 1, "\(ended.errors)")
    }
    #expect(!FileManager.default.fileExists(atPath: output))
  }
}
