import Foundation
import TestSupport
import Testing

/// The data screen on the demo, in a real terminal: what is seen, left out, relabelled and undone there is
/// in the run, in its labels, and in its replay.
@Suite struct DataScreenEndToEndTests {
  @Test func picturesAreLookedAtAndCorrected() throws {
    let runs = TemporaryFolder()
    let session = try TerminalSession(
      ["demo", "--epochs", "5000", "--runs-dir", runs.path, "--name", "looked"])
    try session.type("4")
    try session.wait("classes and pictures") {
      $0.contains("┏━ Classes") && $0.contains("Preparation") && $0.contains("600 images")
        && $0.contains(/[-=+*#%@]{3}/)
    }
    try session.type("m")
    try session.wait("the matrix of a validation") { $0.contains("right, epoch") }
    try session.type("w")
    try session.wait("the worst images") {
      $0.contains("Worst  of the validation") && $0.contains("━ 1/50 ━") && $0.contains("loss")
    }
    try session.type("x")
    try session.wait(for: "1 left out by you")

    try session.type("Right")
    let second = try session.wait("the second of them") { $0.contains("━ 2/50 ━") }
    let own = try #require(second.firstMatch(of: /is ([5-9])/)).1
    let other = own == "9" ? "5" : "9"
    try session.type("r")
    try session.wait(for: "Another class")
    try session.type(other)
    try session.type("Enter")
    try session.wait(for: "is \(other) (the data say \(own))")

    try session.type("Right", "x")
    try session.wait(for: "2 left out by you")
    try session.type("z")
    try session.wait(for: "1 left out by you")
    // The next epochs are validated without it.
    try session.type("m")
    try session.wait("a validation of one image fewer") {
      $0.contains("of 199") || $0.contains("199")
    }

    try session.type("q")
    try session.wait(for: "stop and drop what came after the last checkpoint")
    try session.type("s")
    #expect(try session.waitForExit() == 0)

    let labels = try ThawProcess.run(["runs", "--export-labels", "looked", "--runs-dir", runs.path])
    let lines = labels.output.split(separator: "\n")
    #expect(labels.status == 0 && lines.count == 3, "\(labels.output)\(labels.errors)")
    #expect(lines.first == "path,label,left out")
    #expect(lines.count { $0.hasSuffix(",yes") } == 1)
    #expect(lines.count { $0.hasSuffix(",\(other),") } == 1)
    let file = runs("labels.csv")
    let written = try ThawProcess.run([
      "runs", "--export-labels", "looked", "-o", file, "--runs-dir", runs.path,
    ])
    #expect(written.status == 0 && written.output.isEmpty)
    #expect(try String(contentsOfFile: file, encoding: .utf8) == labels.output)

    let evaluated = try ThawProcess.run(["evaluate", "looked", "--json", "--runs-dir", runs.path])
    #expect(evaluated.objects.first?["images"] as? Int == 999, "\(evaluated.output)")
    #expect(
      evaluated.errors.contains("corrected in the run: 1 left out, 1 in another class"),
      "\(evaluated.errors)")

    let replay = try ThawProcess.run(["replay", "looked", "--runs-dir", runs.path])
    #expect(replay.status == 0 && replay.output.contains("bit for bit"), "\(replay.errors)")
  }

  @Test func labelsOfNoRunAreOneLine() throws {
    let runs = TemporaryFolder()
    let missing = try ThawProcess.run(["runs", "--export-labels", "none", "--runs-dir", runs.path])
    #expect(missing.status == 2 && missing.output.isEmpty, "\(missing.errors)")
    let alone = try ThawProcess.run(["runs", "-o", runs("x.csv"), "--runs-dir", runs.path])
    #expect(alone.status == 2 && alone.errors.contains("--export-labels"), "\(alone.errors)")
  }
}
