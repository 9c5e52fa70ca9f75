import TestSupport
import Testing

/// `thaw zoo`, and what its networks' layers are called.
@Suite struct ZooTests {
  @Test func architecturesAreListedByFamilyWithTheirNames() throws {
    let listed = try ThawProcess.run(["zoo"])
    #expect(listed.status == 0 && listed.errors.isEmpty)
    let lines = listed.output.split(separator: "\n").map(String.init)
    #expect(lines[0].hasPrefix("family") && lines[0].contains("torchvision"))
    // A family's name stands once, before the first of its members.
    #expect(lines.filter { $0.hasPrefix("ResNet ") }.count == 1)
    #expect(lines.filter { $0.contains(" resnet18 ") || $0.contains(" resnet34 ") }.count == 2)
    #expect(
      lines.contains { $0.contains("resnet50") && $0.contains(" 224 ") && $0.contains("25.6M") })
  }

  @Test func aProgramReadsOneObjectALine() throws {
    let listed = try ThawProcess.run(["zoo", "--json"])
    #expect(listed.status == 0)
    let row = try #require(listed.objects.first { $0["name"] as? String == "resnet50" })
    #expect(row["family"] as? String == "ResNet")
    let dialects = try #require(row["dialects"] as? [[String: Any]])
    let torch = try #require(dialects.first { $0["dialect"] as? String == "torchvision" })
    #expect(torch["parameters"] as? Int == 25_610_152)
    #expect(torch["image"] as? [Int] == [224, 224])
  }

  /// Blocks by keys, in a real terminal: open, search, freeze, close.
  @Test func blocksOpenAndFreezeByKeys() throws {
    let (pictures, runs) = (TemporaryFolder(), TemporaryFolder())
    try PictureFolder.write(classes: ["ants", "bees"], count: 6, to: pictures)
    let session = try TerminalSession(
      [
        "tune", "zoo:resnet18", "--data", pictures.path, "--image-size", "32", "--epochs", "5000",
        "--runs-dir", runs.path, "--freeze", "layer1",
      ])
    try session.wait("the blocks") {
      $0.contains("▸ ❄ layer1") && $0.contains("▸ ● layer4") && $0.contains("❄ 8 frozen")
    }
    try session.type("Down", "Down", "Down", "Down", "Enter")
    try session.wait("two alike") { $0.contains("▾ ❄ layer1") && $0.contains("0-1 ×2") }
    try session.type("Down", "BSpace")
    try session.wait("it closed") { $0.contains("▸ ❄ layer1") }
    try session.type("/", "layer3-4", "Enter")
    try session.wait("what was found") { $0.contains("layers selected") }
    try session.type("Space")
    try session.wait("both frozen") { $0.contains("▸ ❄ layer3") && $0.contains("▸ ❄ layer4") }
    try session.type("Escape")
    try session.wait("the search's end") { !$0.contains("layers selected") }
    try session.type("2")
    try session.wait("the graph") { $0.contains("layer1") && $0.contains("Map") }
    try session.type("q")
    try session.wait(for: "stop and drop")
    try session.type("d")
    #expect(try session.waitForExit() == 0)
  }
}
