import Foundation
import TestSupport
import Testing

/// A system that gives less than usual: closed streams, few descriptors and threads, full outputs.
@Suite struct PoorSystemTests {
  /// Runs with something done to the shell before.
  private static func run(_ before: String, _ arguments: [String]) throws -> ThawProcess {
    try ThawProcess.Running(arguments, before: before).wait()
  }

  private static func tune(_ runs: TemporaryFolder) -> [String] {
    [
      "tune", "demo", "--data", SmallData.digits, "--epochs", "1", "--headless", "--runs-dir",
      runs.path, "--name", "run",
    ]
  }

  @Test(arguments: ["exec >&-; ", "exec <&- >&-; ", "exec <&- >&- 2>&-; "])
  func whatIsPrintedGoesIntoNoFileOfTheRun(_ before: String) throws {
    let runs = TemporaryFolder()
    let ended = try Self.run(before, Self.tune(runs))
    #expect(ended.status != 2)
    let lock = try String(contentsOfFile: runs("run/lock"), encoding: .utf8)
    #expect(lock.allSatisfy { $0.isNumber || $0 == "\n" }, "\(lock)")
    for name in ["journal.jsonl", "run.json", "results.csv"] {
      let text = (try? String(contentsOfFile: runs("run/\(name)"), encoding: .utf8)) ?? ""
      #expect(!text.contains("img/s"), "\(name): \(text)")
    }
  }

  @Test(arguments: [["--help"], ["--version"], ["runs"], ["inspect", "demo"], ["tune", "--help"]])
  func aFullOutputIsNoSuccess(_ arguments: [String]) throws {
    let ended = try ThawProcess.Running(arguments, outputPath: "/dev/full").wait()
    #expect(ended.status == 1, "\(arguments)")
    #expect(ended.errors.contains("standard output: cannot write: No space"), "\(ended.errors)")
  }

  @Test func aReaderThatHasSeenEnoughIsNoError() throws {
    let ended = try Self.run(#"set -o pipefail; "$0" "$@" | true; exit; "#, ["inspect", "demo"])
    #expect(ended.status == 0 && ended.errors.isEmpty, "\(ended.errors)")
  }

  @Test(arguments: [3, 6, 7, 8, 9, 10, 11, 12, 13, 23, 63])
  func fewDescriptorsAreSaid(_ limit: Int) throws {
    let runs = TemporaryFolder()
    let ended = try Self.run("ulimit -n \(limit); ", Self.tune(runs))
    if limit < 8, ended.status == 127 { return }  // Not even its libraries could be opened.
    #expect(ended.status == 1, "\(ended.errors)")
    #expect(ended.errors.hasPrefix("thaw: open files: expected"), "\(ended.errors)")
    #expect(ended.errors.split(separator: "\n").count == 1, "\(ended.errors)")
  }

  @Test func aLowSoftLimitIsRaised() throws {
    let runs = TemporaryFolder()
    let ended = try Self.run("ulimit -S -n 12; ", Self.tune(runs))
    #expect(ended.status == 0, "\(ended.errors)")
  }

  /// Too little for the threads' stacks: said, and no wait for threads that never come.
  @Test(arguments: [200_000, 300_000, 400_000, 600_000])
  func littleAddressSpaceIsSaid(_ kilobytes: Int) throws {
    let runs = TemporaryFolder()
    let ended = try Self.run("ulimit -v \(kilobytes); ", Self.tune(runs))
    #expect([0, 1, 2, 127].contains(ended.status), "\(ended.status): \(ended.errors)")
    if ended.status == 1 || ended.status == 2 {
      #expect(ended.errors.split(separator: "\n").count == 1, "\(ended.errors)")
    }
  }

  /// The limit is the person's; the model is not to blame.
  @Test func aFileSizeLimitIsNotTheModelsFault() throws {
    let soft = try Self.run("ulimit -S -f 100; ", ["inspect", "demo"])
    #expect(soft.status == 0, "\(soft.errors)")
    let hard = try Self.run("ulimit -f 100; ", ["inspect", "demo"])
    #expect(hard.errors == "thaw: shared memory (ulimit -f): cannot write: File too large\n")
    #expect(hard.status == 1)
  }
}
