import Foundation
import TestSupport
import Testing

/// The learning-rate finder and what-if, as a person and a script see them.
@Suite struct ExperimentEndToEndTests {
  @Test func aRateIsFoundAndSetAndEditsAreComparedAndLeft() throws {
    let runs = TemporaryFolder()
    let session = try TerminalSession(
      ["demo", "--epochs", "5000", "--runs-dir", runs.path, "--name", "walk"])
    try session.wait("the first steps") { $0.contains("▶ epoch") && $0.contains("ms/step") }

    try session.type("F")
    let found = try session.wait("suggestions") {
      $0.contains("‖ the run waits") && $0.contains("half-way down the longest fall")
    }
    let rate = try #require(found.firstMatch(of: /cursor +([0-9.e-]+)/)).1
    try session.type("Enter")
    try session.wait("the rate set") {
      $0.contains("▶ epoch") && $0.contains("learning rate 1e-3 → \(rate) at step")
    }
    try session.type("z")
    try session.wait(for: "learning rate \(rate) → 1e-3 at step")

    try session.type("W", "Space")
    try session.wait(for: "what if freeze conv1?")
    try session.type("Enter")
    let compared = try session.wait("both losses compared") {
      $0.contains("50 of 50 steps") && $0.contains("loss of 256 images")
    }
    #expect(compared.contains("froze conv1") && compared.contains("±"), "\(compared)")
    try session.type("Escape")
    let left = try session.wait("the run going on") { $0.contains("▶ epoch") }
    #expect(left.contains("❄ 0 frozen"), "\(left)")
    try session.type("q")
    try session.type("d")
    #expect(try session.waitForExit() == 0)

    // Nothing of it is in the journal but the edits that were made.
    let journal = try String(contentsOfFile: runs("walk/journal.jsonl"), encoding: .utf8)
    let edits = journal.split(separator: "\n").filter { $0.hasPrefix(#"{"command":"#) }
    #expect(edits.count == 2, "\(edits)")
  }

  @Test func aScriptIsToldWhatWasTriedAndSuggested() throws {
    let runs = TemporaryFolder()
    let options = ["demo", "--headless", "--find-learning-rate", "--runs-dir", runs.path]
    let ended = try ThawProcess.run(options + ["--json"])
    #expect(ended.status == 0, "\(ended.errors)")
    let rates = ended.objects.filter { $0["event"] as? String == "rate" }
    #expect(rates.first?["rate"] as? Double == 1e-7)
    let found = try #require(ended.objects.last)
    #expect(found["event"] as? String == "learningRate")
    #expect(found["rates"] as? Int == rates.count && rates.count > 50)
    #expect(["complete", "diverged"].contains(found["ending"] as? String))
    let valley = try #require(found["valley"] as? Double)
    #expect(1e-5...1e-1 ~= valley)
    #expect((found["searchRange"] as? [Double])?.count == 2)
    let plain = try ThawProcess.run(options)
    #expect(plain.output.contains("learning-rate finder") && plain.output.contains("valley"))
    // Nothing was trained, and nothing is kept.
    #expect((try? FileManager.default.contentsOfDirectory(atPath: runs.path)) ?? [] == [])

    let screen = try ThawProcess.run(["demo", "--find-learning-rate", "--runs-dir", runs.path])
    #expect(screen.status == 2 && screen.errors.contains("--headless"), "\(screen.errors)")
    let none = try ThawProcess.run([
      "tune", "/nowhere.pth", "--data", SmallData.digits, "--headless", "--find-learning-rate",
    ])
    #expect(none.status == 2 && none.errors.contains("/nowhere.pth"), "\(none.errors)")
  }
}
