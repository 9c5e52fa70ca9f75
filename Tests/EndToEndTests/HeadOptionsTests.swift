import Foundation
import TestSupport
import Testing

/// `--head-start` and `--head-after`, as a person gives them.
@Suite struct HeadOptionsTests {
  /// One epoch in which nothing is learned: the head as it began.
  private static func demo(
    _ runs: TemporaryFolder, _ name: String, _ more: [String]
  ) throws -> ThawProcess {
    try ThawProcess.run(
      [
        "demo", "--headless", "--json", "--epochs", "1", "--optimizer", "sgd", "--learning-rate",
        "1e-9", "--freeze", "*", "--runs-dir", runs.path, "--name", name,
      ] + more)
  }

  private static func accuracy(_ ended: ThawProcess) throws -> Double {
    #expect(ended.status == 0, "\(ended.errors)")
    let epoch = try #require(ended.objects.first { $0["event"] as? String == "epoch" })
    let validation = try #require(epoch["validation"] as? [String: Any])
    return try #require(validation["accuracy"] as? Double)
  }

  @Test func aSolvedHeadIsGoodBeforeTheFirstStep() throws {
    let runs = TemporaryFolder()
    let random = try Self.accuracy(Self.demo(runs, "random", ["--head-start", "random"]))
    let dense = try Self.demo(runs, "dense", ["--head-start", "ridge"])
    let flatten = try Self.demo(
      runs, "flatten", ["--head-start", "ridge", "--head-after", "flatten"])
    #expect(random < 0.6)
    #expect(try Self.accuracy(dense) > 0.95)
    #expect(try Self.accuracy(flatten) > 0.98)
    // What was done is said.
    #expect(dense.output.contains("the head was solved on 96 features of 3 000 images"))
    #expect(flatten.output.contains("solved on 1 568 features"))
    #expect(flatten.output.contains("cut after flatten, without dense1, dropout2, predictions"))
  }

  /// A run is one network, whoever opens it.
  @Test func aRunRemembersWhereItsHeadIs() throws {
    let runs = TemporaryFolder()
    let begun = try Self.demo(
      runs, "run", ["--head-start", "ridge", "--head-after", "flatten", "--head", "7"])
    let before = try Self.accuracy(begun)
    let record = try String(contentsOfFile: runs("run/run.json"), encoding: .utf8)
    #expect(record.contains(#""after" : "flatten""#) && record.contains(#""headStart" : "ridge""#))
    let resumed = try ThawProcess.run([
      "resume", "run", "--runs-dir", runs.path, "--headless", "--json", "--epochs", "2",
    ])
    #expect(try Self.accuracy(resumed) == before)
    // Its head came from the checkpoint.
    #expect(!resumed.output.contains("head was solved"))
    let images = runs("images.npy")
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 28, 28, 1), }"
    let padded = header + String(repeating: " ", count: 117 - header.count) + "\n"
    let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, 118, 0]
    try Data(magic + Array(padded.utf8) + [UInt8](repeating: 0, count: 28 * 28 * 4))
      .write(to: URL(filePath: images))
    let predicted = try ThawProcess.run(["predict", "run", images, "--runs-dir", runs.path])
    #expect(predicted.status == 0, "\(predicted.errors)")
  }

  @Test(arguments: [
    (["--head-after", "flaten"], ["--head-after", "'flatten'", "found 'flaten'"]),
    (["--head-after", "flatten", "--head", "keep"], ["--head-after", "--head keep"]),
    (["--head-start", "ridge", "--head", "keep"], ["--head-start", "--head keep"]),
    (["--head-start", "rigid"], ["--head-start", "random or ridge", "'rigid'"]),
  ])
  func whatDoesNotGoTogetherIsRefused(_ options: [String], _ parts: [String]) throws {
    let runs = TemporaryFolder()
    let ended = try Self.demo(runs, "refused", options)
    #expect(ended.status == 2)
    #expect(ended.errors.split(separator: "\n").count == 1, "\(ended.errors)")
    for part in parts { #expect(ended.errors.contains(part), "\(ended.errors)") }
    #expect(try FileManager.default.contentsOfDirectory(atPath: runs.path).isEmpty)
  }

  /// A network with as many outputs as the data has classes keeps its head.
  @Test func aHeadThatStaysIsNotSolved() throws {
    let runs = TemporaryFolder()
    let ended = try ThawProcess.run([
      "tune", "demo", "--data", SmallData.digits, "--head-start", "ridge", "--headless",
      "--runs-dir", runs.path,
    ])
    #expect(ended.status == 2)
    #expect(ended.errors.contains("--head N"), "\(ended.errors)")
  }
}
