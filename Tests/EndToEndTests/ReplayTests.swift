import Foundation
import TestSupport
import Testing

@Suite struct ReplayTests {
  private func demo(_ runs: TemporaryFolder, _ arguments: String...) throws {
    let ended = try ThawProcess.run(
      ["demo", "--headless", "--runs-dir", runs.path, "--name", "first"] + arguments)
    #expect(ended.status == 0, "\(ended.errors)")
  }

  private func replay(_ runs: TemporaryFolder, _ arguments: String...) throws
    -> (status: Int32, output: String, errors: String)
  {
    let ended = try ThawProcess.run(
      ["replay", "first", "--runs-dir", runs.path, "--name", "second"] + arguments)
    return (ended.status, ended.output, ended.errors)
  }

  /// Edits as a person made them at these steps.
  private func edit(_ runs: TemporaryFolder, _ edits: [(step: Int, edit: String)]) throws {
    let url = URL(fileURLWithPath: runs("first/journal.jsonl"))
    var lines = try String(contentsOf: url, encoding: .utf8)
    for (step, edit) in edits {
      lines += #"{"command":{"command":\#(edit),"step":\#(step),"time":1}}"# + "\n"
    }
    try lines.write(to: url, atomically: true, encoding: .utf8)
  }

  @Test func aReplayEndsAtTheSameWeights() throws {
    let runs = TemporaryFolder()
    try demo(runs, "--epochs", "2", "--freeze", "conv1")
    // Its second epoch again, in a second process, with edits in the middle.
    try edit(
      runs,
      [
        (50, #"{"setLearningRate":{"_0":0.0005}}"#), (60, #"{"thaw":{"layers":["conv1"]}}"#),
        (70, #"{"insertDropout":{"after":"pool1","rate":0.2}}"#),
      ])
    let resumed = try ThawProcess.run([
      "resume", "first", "--runs-dir", runs.path, "--headless", "--from", "47",
    ])
    #expect(resumed.status == 0, "\(resumed.errors)")
    let (status, output, errors) = try replay(runs, "--threads", "1")
    #expect(status == 0, "\(errors)")
    #expect(
      output.contains("the weights of second are those of first at step 94, bit for bit"),
      "\(output)")
    let summary = try ThawProcess.run(["runs", "--json", "--runs-dir", runs.path])
    #expect(summary.output.contains(#""name":"second""#))
  }

  @Test func weightsThatAreOthersAreSaid() throws {
    let runs = TemporaryFolder()
    try demo(runs, "--epochs", "1")
    let url = URL(fileURLWithPath: runs("first/checkpoints/step-00000047.safetensors"))
    var bytes = try Data(contentsOf: url)
    let header = bytes.prefix(8).enumerated().reduce(8) { $0 + Int($1.element) << (8 * $1.offset) }
    let tensors = try #require(
      JSONSerialization.jsonObject(with: bytes[8..<header]) as? [String: [String: Any]])
    let range = try #require(tensors["weights/output/bias"]?["data_offsets"] as? [Int])
    bytes[header + range[0]] ^= 1
    try bytes.write(to: url)
    let (status, output, errors) = try replay(runs, "--json")
    #expect(status == 1)
    #expect(output.contains(#""isEqual":false"#), "\(output)")
    #expect(
      errors.contains("expected the weights of first at step 47, found others in output/bias"))
  }

  @Test func aRunWithoutACheckpointCannotBeReplayed() throws {
    let runs = TemporaryFolder()
    try demo(runs, "--epochs", "1")
    try FileManager.default.removeItem(atPath: runs("first/checkpoints"))
    let (status, _, errors) = try replay(runs)
    #expect(status == 2)
    #expect(errors.split(separator: "\n").count == 1, "\(errors)")
    #expect(!FileManager.default.fileExists(atPath: runs("second")))
  }
}
