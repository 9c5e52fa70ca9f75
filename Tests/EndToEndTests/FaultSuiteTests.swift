import Foundation
import TestSupport
import Testing

/// A short run of `thaw-bench faults`, the long one of which is a command.
@Suite struct FaultSuiteTests {
  private static let bench =
    (ThawProcess.executable as NSString).deletingLastPathComponent + "/thaw-bench"

  @Test func damagedFilesNeitherCrashNorHangTheProgram() throws {
    let folder = TemporaryFolder()
    let child = try ChildProcess(
      Self.bench, ["faults", "--count", "6", "--seed", "11"], output: folder("out"),
      errors: folder("err"))
    let status = child.wait()
    let output = try String(contentsOfFile: folder("out"), encoding: .utf8)
    let errors = try String(contentsOfFile: folder("err"), encoding: .utf8)
    #expect(status == 0, "\(output)\(errors)")
    let lines = output.split(separator: "\n")
    #expect(lines.first?.hasPrefix("damaged") == true)
    // Every kind was read by what reads it, and some of it was refused.
    let total = (lines.last ?? "").split(separator: " ").dropFirst().compactMap { Int($0) }
    let commands = 5 * 3 + 2 * 2 + 1 + 2
    try #require(total.count == 6)
    #expect(total.reduce(0, +) == 6 * commands)
    #expect(total[2] > 10 && total[4] == 0 && total[5] == 0, "\(output)")
  }

  /// The command finds what it is there to find.
  @Test(arguments: [("kill -TRAP $$", "crash"), ("sleep 1000", "hang")])
  func aProgramThatCrashesOrHangsIsFound(line: String, word: String) throws {
    let folder = TemporaryFolder()
    let script = try folder.write(
      Array(
        "#!/bin/bash\n[ $1 = tune ] || \(line.replacing("sleep", with: "exec sleep"))\n\(Self.makeRun)"
          .utf8),
      to: "thaw")
    chmod(script, 0o755)
    let child = try ChildProcess(
      Self.bench,
      ["faults", "--thaw", script, "--count", "1", "--kind", "lock", "--limit", "2"],
      output: folder("out"), errors: folder("err"))
    #expect(child.wait() == 1)
    let output = try String(contentsOfFile: folder("out"), encoding: .utf8)
    #expect(output.contains("\(word): lock 0"), "\(output)")
  }

  /// As much of a run as is damaged: the real program makes it.
  private static let makeRun = "exec '\(ThawProcess.executable)' \"$@\"\n"
}
