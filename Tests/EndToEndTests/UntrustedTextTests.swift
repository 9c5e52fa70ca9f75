import Files
import Foundation
import TestSupport
import Testing

/// Names that strangers chose reach the terminal without what it would obey, and JSON whole.
@Suite struct UntrustedTextTests {
  /// A title that a terminal would take, colours, a line from right to left, a second line.
  private static let name = "evil\u{1b}]0;x\u{7}\u{9b}31m\u{202e}txt\u{2028}\u{7f}end"

  private static func expectSafe(_ text: String, _ location: SourceLocation = #_sourceLocation) {
    let unsafe = text.unicodeScalars.filter { $0 != "\n" && !Printable.isSafe($0) }
    #expect(
      unsafe.isEmpty, "\(unsafe.map { String($0.value, radix: 16) })", sourceLocation: location)
  }

  @Test func namesOfRuns() throws {
    let runs = TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: runs(Self.name), withIntermediateDirectories: true)
    try runs.write(Array("{}".utf8), to: Self.name + "/run.json")
    let table = try ThawProcess.run(["runs", "--runs-dir", runs.path])
    Self.expectSafe(table.output)
    #expect(table.output.contains("evil?]0;x??31m?txt??end"))
    let json = try ThawProcess.run(["runs", "--json", "--runs-dir", runs.path])
    Self.expectSafe(json.output)
    #expect(json.objects.map { $0["name"] as? String } == [Self.name])
    let resumed = try ThawProcess.run(["resume", Self.name, "--headless", "--runs-dir", runs.path])
    #expect(resumed.status == 2)
    Self.expectSafe(resumed.errors)
  }

  @Test func namesOfLayers() throws {
    let folder = TemporaryFolder()
    // As long as the name it stands for, in the same place of the alphabet, and valid JSON.
    let layer = "prediction\u{7f}"
    var model = try Data(contentsOf: URL(filePath: SmallData.demo + "/digits_0_to_4.h5"))
    let old = Data("predictions".utf8)
    while let place = model.range(of: old) { model.replaceSubrange(place, with: Data(layer.utf8)) }
    let path = try folder.write(Array(model), to: "model.h5")

    let table = try ThawProcess.run(["inspect", path])
    Self.expectSafe(table.output)
    #expect(table.output.contains("prediction?"))
    let json = try ThawProcess.run(["inspect", path, "--json"])
    Self.expectSafe(json.output)
    let layers = try #require(json.objects.first?["layers"] as? [[String: Any]])
    #expect(layers.last?["name"] as? String == layer)

    // A head that is replaced is named by a notice.
    let data = try SmallData.folder(images: 40)
    for format in [[], ["--json"]] {
      let trained = try ThawProcess.run(
        [
          "tune", path, "--data", data.path, "--validation", "0.2", "--head", "7", "--headless",
          "--epochs", "1", "--runs-dir", folder("runs"),
        ] + format)
      #expect(trained.status == 0, "\(trained.errors)")
      Self.expectSafe(trained.output)
      Self.expectSafe(trained.errors)
    }
  }

  @Test(arguments: ["inspect", "predict"]) func namesOfFilesThatAreNotThere(command: String) throws
  {
    let ended = try ThawProcess.run(
      [command, "no\u{1b}[31m\u{202e}such", "x"].dropLast(command == "inspect" ? 1 : 0))
    #expect(ended.status == 2)
    Self.expectSafe(ended.errors)
    #expect(ended.errors.split(separator: "\n").count == 1)
  }
}
