import Foundation
import TestSupport
import Testing

/// The same seed gives the same bits: with any number of threads, and after being killed.
@Suite struct ResumeEndToEndTests {
  private static let epochs = 3

  /// Dropout, a frozen layer and a schedule: all that a resumed run has to take up again.
  private static func options(
    _ runs: TemporaryFolder, _ name: String, _ head: [String]
  ) -> [String] {
    [
      "tune", "demo", "--data", SmallData.digits, "--validation", "0.2", "--batch", "16",
      "--epochs", "\(epochs)", "--seed", "7", "--freeze", "conv1", "--schedule", "cosine",
      "--headless", "--json", "--runs-dir", runs.path, "--name", name,
    ] + head
  }

  /// The trained head, and one that is solved before the first step.
  static let heads = [[], ["--head", "6", "--head-after", "flatten", "--head-start", "ridge"]]

  @Test(arguments: heads)
  func theNumberOfThreadsChangesNoBit(head: [String]) throws {
    let runs = TemporaryFolder()
    for threads in ["1", "2"] {
      let ended = try ThawProcess.run(Self.options(runs, threads, head) + ["--threads", threads])
      #expect(ended.status == 0, "\(ended.errors)")
    }
    let one = try FinalCheckpoint(of: runs("1"))
    #expect(one.step == 50 * Self.epochs)
    #expect(one.tensors.count > 50_000)
    #expect(try FinalCheckpoint(of: runs("2")) == one)
  }

  @Test(arguments: heads)
  func aKilledRunEndsWithTheSameBits(head: [String]) throws {
    let runs = TemporaryFolder()
    let whole = try ThawProcess.run(Self.options(runs, "whole", head))
    #expect(whole.status == 0, "\(whole.errors)")

    let running = try ThawProcess.Running(Self.options(runs, "killed", head))
    try running.wait(for: #""event":"checkpoint""#)
    kill(running.process.identifier, SIGKILL)
    let killed = running.wait()
    #expect(killed.status == SIGKILL)
    try #require(!killed.output.contains("finished"), "it was too fast to be killed")

    let resumed = try ThawProcess.run(
      ["resume", "killed", "--runs-dir", runs.path, "--headless", "--json"])
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(resumed.objects.last?["event"] as? String == "finished")
    let expected = try FinalCheckpoint(of: runs("whole"))
    #expect(expected.step == 50 * Self.epochs)
    #expect(try FinalCheckpoint(of: runs("killed")) == expected)
  }
}

/// Weights and optimiser state as bytes, of the last checkpoint of a run.
private struct FinalCheckpoint: Equatable, CustomStringConvertible {
  let step: Int
  let tensors: Data
  var description: String { "step \(step), \(tensors.count) bytes" }

  init(of run: String) throws {
    let folder = run + "/checkpoints"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasPrefix("step-") && $0.hasSuffix(".safetensors") }
    let last = try #require(names.max())
    step = try #require(Int(last.dropFirst(5).dropLast(12)))
    let file = try Data(contentsOf: URL(filePath: folder + "/" + last))
    // Eight bytes hold the length of the header that stands before the tensors.
    let header = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    tensors = Data(file.dropFirst(8 + header))
  }
}
