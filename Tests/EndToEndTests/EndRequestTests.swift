import Foundation
import TestSupport
import Testing

/// Signals, and lines that are cut: the program ends, what was learned is kept, the terminal is given
/// back.
@Suite struct EndRequestTests {
  private static func tune(_ runs: TemporaryFolder, _ options: String...) -> [String] {
    ["demo", "--epochs", "5000", "--runs-dir", runs.path, "--name", "run"] + options
  }

  /// The last step in the run's journal, and that of its last checkpoint.
  private static func steps(_ runs: TemporaryFolder) throws -> (trained: Int, saved: Int) {
    let journal = try String(contentsOfFile: runs("run/journal.jsonl"), encoding: .utf8)
    let ended = try #require(journal.firstMatch(of: /"ended":\{.*"step":(\d+)/))
    let names = try FileManager.default.contentsOfDirectory(atPath: runs("run/checkpoints"))
    let saved = names.compactMap { Int($0.dropFirst(5).dropLast(12)) }.max()
    return (try #require(Int(ended.1)), try #require(saved))
  }

  @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
  func aSignalEndsTheProgramWithACheckpoint(_ number: Int32) throws {
    let runs = TemporaryFolder()
    let session = try TerminalSession(Self.tune(runs))
    try session.waitForEpoch(2)
    let process = try session.processNumber()
    for _ in 1...10 { kill(process, number) }
    let left = try session.wait(for: "left the program")
    #expect(left.contains("go on with: thaw resume"), "\(left)")
    #expect(!left.contains("Layers"), "\(left)")
    // As whoever sent it sees it.
    #expect(try session.waitForExit() == 128 + number)
    let (trained, saved) = try Self.steps(runs)
    #expect(trained == saved && saved > 47)
  }

  @Test func anIgnoredSignalStaysIgnored() throws {
    let runs = TemporaryFolder()
    let running = try ThawProcess.Running(
      Self.tune(runs, "--headless"), before: #"trap "" HUP; "#)
    try running.wait(for: "epoch    1/5000 ")
    for _ in 1...3 { kill(running.process.identifier, SIGHUP) }
    try running.wait(for: "epoch    3/5000 ")
    kill(running.process.identifier, SIGTERM)
    let ended = running.wait()
    #expect(ended.status == SIGTERM)
    #expect(ended.output.contains("stopped after step"), "\(ended.output)")
    let (trained, saved) = try Self.steps(runs)
    #expect(trained == saved)
  }

  /// What a handler sees and what it does not: the terminal's modes and its normal screen come back.
  @Test(arguments: [SIGKILL, SIGSEGV, SIGABRT, SIGQUIT, SIGUSR1, SIGALRM, 40])
  func theTerminalIsGivenBackWhateverEndsTheProgram(_ number: Int32) throws {
    let runs = TemporaryFolder()
    let session = try TerminalSession(Self.tune(runs))
    try session.waitForEpoch(1)
    try kill(session.processNumber(), number)
    #expect(try session.waitForExit() == 128 + number)
    // Where a handler could not, the guard does, which may be a moment after the shell went on.
    let left = try session.wait("the shell's own screen") { !$0.contains("Layers") }
    #expect(!left.contains("backtrace"), "\(left)")
    // Lines are edited and echoed again: `cat` repeats what is typed, and ctrl-D ends it.
    try session.type("typed", "Enter")
    try session.wait("echo and answer") { $0.components(separatedBy: "typed").count == 3 }
    let resumed = try ThawProcess.run([
      "resume", "run", "--epochs", "1", "--headless", "--runs-dir", runs.path,
    ])
    #expect(resumed.status == 0, "\(resumed.errors)")
  }

  /// A few cuts of each kind; `thaw-bench hangups` makes as many as are wanted.
  @Test(arguments: ["bash", "signals"]) func aCutLineLosesNothing(_ way: String) throws {
    let folder = (ThawProcess.executable as NSString).deletingLastPathComponent
    let output = TemporaryFolder()
    let process = try ChildProcess(
      folder + "/thaw-bench", ["hangups", "--cuts", "1", "--over", way], output: output("rows"))
    let status = process.wait()
    let rows = try String(contentsOfFile: output("rows"), encoding: .utf8)
    #expect(status == 0, "\(rows)")
    #expect(rows.components(separatedBy: #""clean": 1"#).count == 5, "\(rows)")
  }

  @Test func leavingWorksWhileTheModelIsRead() throws {
    let runs = TemporaryFolder()
    let session = try TerminalSession(
      ["tune", "zoo:vgg16", "--data", SmallData.digits, "--runs-dir", runs.path])
    try session.wait(for: "reading the model")
    try session.type("q")
    #expect(try session.waitForExit() == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: runs.path).isEmpty)
  }

  @Test func aRunThatCannotBeginLeavesTheScreenAndSaysWhy() throws {
    let runs = TemporaryFolder()
    let session = try TerminalSession(
      ["tune", "demo", "--data", runs("nothing"), "--runs-dir", runs.path])
    let left = try session.wait(for: "left the program")
    #expect(left.contains("thaw: \(runs("nothing")): cannot"), "\(left)")
    #expect(try session.waitForExit() == 2)
  }
}
