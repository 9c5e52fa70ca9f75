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
      Self.bench, ["faults", "--count", "4", "--seed", "11"], output: folder("out"),
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
    #expect(total.reduce(0, +) == 4 * commands)
    #expect(total[2] > 10 && total[4] == 0 && total[5] == 0, "\(output)")
  }

  /// A short run of `thaw-bench fuzz`.
  @Test func damagedPicturesListsArraysAndModelsNeitherCrashNorHang() throws {
    let folder = TemporaryFolder()
    let child = try ChildProcess(
      Self.bench, ["fuzz", "--count", "150", "--seed", "3"], output: folder("out"),
      errors: folder("err"))
    let status = child.wait()
    let output = try String(contentsOfFile: folder("out"), encoding: .utf8)
    let errors = try String(contentsOfFile: folder("err"), encoding: .utf8)
    #expect(status == 0, "\(output)\(errors)")
    let lines = output.split(separator: "\n")
    #expect(
      lines.map { $0.prefix { $0 != ":" } } == [
        "jpeg", "png", "webp", "csv", "npz", "pickle", "zip", "safetensors", "config", "keras",
        "kerasweights", "kerash5", "kerasconfig", "onnx", "graphdef", "checkpoint", "caffemodel",
        "prototxt",
      ])
    for line in lines {
      let counts = line.split(separator: " ").compactMap { Int($0) }
      #expect(counts.reduce(0, +) == 150 && counts.allSatisfy { $0 > 0 }, "\(line)")
    }
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
