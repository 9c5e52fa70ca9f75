import Foundation
import TestSupport
import Testing

/// `thaw search`, as a person or a script runs it.
@Suite struct SearchEndToEndTests {
  private static func options(_ runs: TemporaryFolder, _ name: String) -> [String] {
    [
      "search", "demo", "--data", SmallData.digits, "--validation", "0.2", "--freeze", "conv*",
      "--head", "5", "--batch", "64", "--epochs", "2", "--trials", "9",
      "--over", "learning-rate=1e-3..1e-1", "--headless", "--json", "--runs-dir", runs.path,
      "--name", name,
    ]
  }

  /// All but what depends on the clock and on how often the process was begun.
  private static func table(_ process: ThawProcess) throws -> NSDictionary {
    var last = try #require(process.objects.last)
    #expect(last["event"] as? String == "finished")
    for key in ["run", "seconds", "trunkPasses"] { last[key] = nil }
    return last as NSDictionary
  }

  @Test func aKilledSearchComesToTheSameTable() throws {
    let runs = TemporaryFolder()
    let whole = try ThawProcess.run(Self.options(runs, "whole"))
    #expect(whole.status == 0, "\(whole.errors)")
    #expect(whole.objects.contains { $0["event"] as? String == "round" })
    #expect(whole.objects.contains { $0["event"] as? String == "roundOver" })
    #expect(whole.objects.last?["trunkPasses"] as? Double == 1)
    let table = try Self.table(whole)
    #expect((table["trials"] as? [Any])?.count == 9)

    let running = try ThawProcess.Running(Self.options(runs, "killed"))
    try running.wait(for: #""event":"epoch""#)
    kill(running.process.identifier, SIGKILL)
    let killed = running.wait()
    #expect(killed.status == SIGKILL)
    try #require(!killed.output.contains("finished"), "it was too fast to be killed")
    let resumed = try ThawProcess.run(
      ["resume", "killed", "--runs-dir", runs.path, "--headless", "--json"])
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(try Self.table(resumed) == table)

    let list = try ThawProcess.run(["runs", "--json", "--runs-dir", runs.path])
    #expect(list.objects.map { $0["trials"] as? Int } == [9, 9])
    #expect(list.objects.allSatisfy { $0["state"] as? String == "finished" })
    let plain = try ThawProcess.run(["runs", "--runs-dir", runs.path])
    #expect(plain.output.contains("9 trials"))
    // Without a pipe's JSON: the table, and how to go on.
    let shown = try ThawProcess.run(["resume", "whole", "--runs-dir", runs.path, "--headless"])
    #expect(shown.status == 0 && shown.output.contains("best: learning-rate"), "\(shown.output)")
    #expect(shown.output.contains("thaw resume"))
  }

  @Test(arguments: [
    (["--over", "nonsense"], "nonsense"), (["--over", "dropout=0.1..5"], "0.99"),
    (["--over", "dropout", "--head-after", "conv1"], "dropout:"),
    (["--over", "dropout:nowhere"], "nowhere"),
    (["--trials", "0"], "--trials: expected 1 to 100000"),
    (["--minutes", "0"], "--minutes"), (["--minutes", "nan"], "--minutes"),
    (["--epochs", "0"], "--epochs"), (["--over", "optimizer=adam|sqd"], "sqd"),
    (["--over", "learning-rate,learning-rate"], "once"),
  ])
  func whatCannotBeSearchedIsOneClearLine(options: [String], words: String) throws {
    let runs = TemporaryFolder()
    let ended = try ThawProcess.run(
      ["search", "demo", "--headless", "--runs-dir", runs.path] + options)
    #expect(ended.status == 2, "\(ended.output)\(ended.errors)")
    #expect(ended.errors.contains(words) && ended.errors.split(separator: "\n").count == 1)
    #expect(ended.errors.hasPrefix("thaw: "))
    #expect((try? FileManager.default.contentsOfDirectory(atPath: runs.path)) ?? [] == [])
  }

  @Test func aSearchNeedsDataAndSomethingToValidateOn() throws {
    let runs = TemporaryFolder()
    let none = try ThawProcess.run(
      ["search", "zoo:resnet18", "--headless", "--runs-dir", runs.path])
    #expect(none.status == 2 && none.errors.contains("--data"), "\(none.errors)")
    let folder = try SmallData.folder(images: 20)
    let blind = try ThawProcess.run(
      [
        "search", "demo", "--data", folder.path, "--validation", "0", "--headless", "--runs-dir",
        runs.path,
      ])
    #expect(blind.status == 2 && blind.errors.contains("validat"), "\(blind.errors)")
  }

  @Test func optionsOfARunAreRefusedForASearch() throws {
    let runs = TemporaryFolder()
    let made = try ThawProcess.run(Self.options(runs, "s") + ["--minutes", "0.001"])
    #expect(made.status == 0, "\(made.errors)")
    for arguments in [
      ["resume", "s", "--epochs", "3"], ["resume", "s", "--from", "best"], ["replay", "s"],
    ] {
      let ended = try ThawProcess.run(
        arguments + ["--runs-dir", runs.path] + (arguments[0] == "resume" ? ["--headless"] : []))
      #expect(ended.status == 2 && ended.errors.contains("a search"), "\(ended.errors)")
    }
  }

  /// No file may grow beyond what the journal takes in the middle of the search.
  @Test func aFullDiskEndsItInOneLineAndNothingIsLost() throws {
    let runs = TemporaryFolder()
    let whole = try ThawProcess.run(Self.options(runs, "whole"))
    let full = try ThawProcess.Running(Self.options(runs, "full"), fileLimit: 8).wait()
    #expect(full.status == 1, "\(full.output)\(full.errors)")
    #expect(full.errors.split(separator: "\n").count == 1, "\(full.errors)")
    #expect(full.errors.contains("thaw resume"), "\(full.errors)")
    let resumed = try ThawProcess.run(
      ["resume", "full", "--runs-dir", runs.path, "--headless", "--json"])
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(try Self.table(resumed) == Self.table(whole))
  }

  @Test func theScreenOpensOnTheSearch() throws {
    let runs = TemporaryFolder()
    let session = try TerminalSession(
      ["search", "demo", "--freeze", "conv*", "--runs-dir", runs.path, "--name", "walk"])
    try session.wait("trials that train") { $0.contains("Trials") && $0.contains("round 1") }
    try session.type("P")
    try session.wait(for: "paused")
    try session.type("v")
    try session.wait(for: "Loss by learning-rate")
    try session.type("P", "q")
    try session.wait(for: "thaw resume")
    try session.type("l")
    #expect(try session.waitForExit() == 0)
    let left = try session.wait(for: "left the program")
    #expect(left.contains("thaw resume"), "\(left)")
  }
}

/// A search beside an open run, as a person has it.
@Suite struct SideSearchEndToEndTests {
  @Test func aSearchBesideARunOutlivesAKillAndItsBestIsAdopted() throws {
    let runs = TemporaryFolder()
    let session = try TerminalSession(
      ["demo", "--epochs", "5000", "--runs-dir", runs.path, "--name", "both"])
    try session.wait("the first steps") { $0.contains("▶ epoch") && $0.contains("ms/step") }
    try session.type("5")
    try session.wait(for: "Values to try")
    try session.type("Enter")
    // Both are under way: the run's epoch stands above the trials.
    try session.wait("trials beside the run") {
      $0.contains("▶ epoch") && $0.contains("Search▶") && $0.contains("25 trials")
    }
    try session.wait("a trial that has trained") { $0.contains("1/1") }
    kill(try session.processNumber(), SIGKILL)
    _ = try session.waitForExit()

    let resumed = try TerminalSession(["resume", "both", "--runs-dir", runs.path])
    try resumed.wait(for: "the search beside the run goes on")
    try resumed.type("5")
    try resumed.wait("the same trials") { $0.contains("25 trials") && $0.contains("1/1") }
    try resumed.type("Enter")
    try resumed.wait(for: "adopted: learning-rate")
    try resumed.type("z")
    try resumed.wait(for: "undone")
    try resumed.type("q")
    try resumed.wait(for: "The search beside it goes on with")
    try resumed.type("s")
    #expect(try resumed.waitForExit() == 0)
    let journal = try String(contentsOfFile: runs("both/search-1/search.jsonl"), encoding: .utf8)
    #expect(journal.contains("worked"))
  }
}
