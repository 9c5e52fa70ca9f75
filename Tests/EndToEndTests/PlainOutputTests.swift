import Foundation
import TestSupport
import Testing

/// What a run says in a pipe, and how runs are listed.
@Suite struct PlainOutputTests {
  private let runs = TemporaryFolder()

  private func tune(_ name: String, _ more: [String] = ["--epochs", "2"]) throws -> [String] {
    let ended = try ThawProcess.run(
      [
        "tune", "demo", "--data", SmallData.digits, "--validation", "0.5", "--freeze", "conv1",
        "--headless", "--runs-dir", runs.path, "--name", name,
      ] + more)
    #expect(ended.status == 0, "\(ended.errors)")
    return ended.output.split(separator: "\n").map(String.init)
  }

  private func lines(_ arguments: [String]) throws -> [String] {
    let ended = try ThawProcess.run(arguments + ["--runs-dir", runs.path])
    #expect(ended.status == 0, "\(ended.errors)")
    return ended.output.split(separator: "\n").map(String.init)
  }

  @Test func aRunSaysWhatItIsAndALineForEachEpoch() throws {
    let said = try tune("one")
    #expect(said.first?.hasPrefix("model demo: 167 ") == true, "\(said)")
    #expect(said.first?.hasSuffix("frozen: conv1") == true)
    #expect(said.contains { $0.contains("500 images to train on, 500 to validate on, 5 classes") })
    #expect(said.contains { $0.hasPrefix("run one in ") && $0.contains("2 epochs of 16 steps") })
    let epochs = said.filter { $0.hasPrefix("epoch ") }
    #expect(epochs.map { $0.prefix(9) } == ["epoch 1/2", "epoch 2/2"])
    #expect(!said.contains { $0.hasPrefix("checkpoint") })
    let best = try #require(said.first { $0.hasPrefix("best: epoch ") })
    #expect(best.contains("validation loss") && best.hasSuffix("best.safetensors"))
    #expect(said.last?.hasSuffix("thaw resume \(runs("one")) --epochs 4") == true, "\(said)")

    // Gone on with, it says what it does, and so it does where nothing was said.
    let more = try lines(["resume", "one", "--headless", "--epochs", "3"])
    #expect(more.contains("2 epochs are done: training on to 3"), "\(more)")
    #expect(more.filter { $0.hasPrefix("epoch ") }.map { $0.prefix(9) } == ["epoch 3/3"])
    let again = try lines(["resume", "one", "--headless"])
    #expect(again.contains("all 3 epochs were done: training on to 5"), "\(again)")
  }

  @Test func aFinishedRunOpensToBeLookedAtAndLeavingSaysTheResult() throws {
    _ = try tune("one", ["--epochs", "1"])
    let session = try TerminalSession(["resume", "one", "--runs-dir", runs.path])
    let opened = try session.wait(for: "e trains on")
    #expect(opened.contains("finished") && opened.contains("at step 16"), "\(opened)")
    // What xterm sends for ctrl-d, and for a press of the right button on the second row.
    try session.type("C-d")
    try session.type("Escape")
    try session.type("-l", "\u{1b}[<2;10;4M\u{1b}[<2;10;4m")
    try session.wait(for: "esc closes")
    // An escape that another key follows at once would be alt.
    try session.type("Escape")
    try session.wait("no details") { !$0.contains("esc closes") }
    try session.type("e")
    try session.wait(for: "1 epoch more")
    try session.type("1")
    try session.wait("an epoch more") { $0.contains("finished") && $0.contains("at step 32") }
    try session.type("q")
    #expect(try session.waitForExit() == 0)
    let left = try session.wait(for: "left the program").replacing("\n", with: "")
    #expect(left.contains("best: epoch 2 of 2, validation loss "), "\(left)")
    #expect(left.contains("--epochs 4"), "\(left)")
    #expect(try lines(["runs", "--json"]).first?.contains(#""epochs":2"#) == true)
  }

  @Test func runsStandInAlignedColumns() throws {
    _ = try tune("a-run-with-a-rather-long-name-that-nobody-needs-in-full", ["--epochs", "1"])
    _ = try tune("名前", ["--epochs", "1"])
    let table = try lines(["runs"])
    #expect(table.count == 3)
    let heading = try #require(table.first)
    #expect(heading.hasPrefix("run ") && heading.contains("begun") && heading.contains("state"))
    // Each wide character stands for two columns.
    let plain = table.map { $0.replacing("名前", with: "abcd") }
    let row = try #require(plain.first { $0.hasPrefix("abcd ") })
    let other = try #require(plain.first { $0.hasPrefix("a-run") })
    #expect(other.contains("…") && !other.contains("rather-long-name-that-nobody-needs-in-full"))
    #expect(row.firstMatch(of: /20\d\d-\d\d-\d\d \d\d:\d\d  finished/) != nil, "\(row)")
    // Points stand under points, and numbers end with their heading.
    func places(_ line: String) -> [Int] {
      line.enumerated().filter { $0.element == "." }.map(\.offset).suffix(2)
    }
    #expect(places(row) == places(other), "\(row)\n\(other)")
    #expect(row.count == heading.count && other.count == heading.count)
  }
}
