import Foundation
import TestSupport
import Testing

/// Networks without a classifier, and without batch normalisation.
@Suite struct BackboneTests {
  private static let backbone = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures/backbone.h5").path

  private static func tune(
    _ runs: TemporaryFolder, _ pictures: TemporaryFolder, _ more: String...
  ) throws -> ThawProcess {
    try ThawProcess.run(
      [
        "tune", backbone, "--data", pictures.path, "--headless", "--epochs", "2", "--augment",
        "none", "--runs-dir", runs.path,
      ] + more)
  }

  @Test func aNetworkThatEndsInFeaturesBecomesALinearProbe() throws {
    let (pictures, runs) = (TemporaryFolder(), TemporaryFolder())
    try PictureFolder.write(classes: ["ants", "bees"], count: 10, to: pictures)
    let ended = try Self.tune(runs, pictures, "--name", "probe")
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(ended.output.contains("without a classifier: output_pool, output added"))
    #expect(ended.output.contains("a linear probe"))
    #expect(ended.output.contains("34 trained; frozen: block1_conv1, block2_conv1"))
    #expect(ended.output.contains("the head was solved on 16 features of 16 images"))
    let record = try String(contentsOfFile: runs("probe/run.json"), encoding: .utf8)
    #expect(record.contains(#""freezesBackbone" : true"#))
    #expect(record.contains(#""headStart" : "ridge""#))
    let replayed = try ThawProcess.run(["replay", "probe", "--runs-dir", runs.path])
    #expect(replayed.status == 0 && replayed.output.contains("bit for bit"), "\(replayed.errors)")
  }

  @Test func whoSaysWhatIsFrozenGetsThat() throws {
    let (pictures, runs) = (TemporaryFolder(), TemporaryFolder())
    try PictureFolder.write(classes: ["ants", "bees"], count: 10, to: pictures)
    let live = try Self.tune(runs, pictures, "--freeze-first", "0")
    #expect(live.status == 0 && live.output.contains("nothing frozen"))
    #expect(!live.output.contains("was solved"))
    let block = try Self.tune(runs, pictures, "--freeze", "block1")
    #expect(block.output.contains("frozen: block1_conv1\n"), "\(block.output)")
    let keep = try Self.tune(runs, pictures, "--freeze", "block9")
    #expect(keep.status == 2 && keep.errors.contains("--freeze"))
  }

  /// Measured when the run begins; from then on they are weights like others.
  @Test func insertedBatchNormIsReplayedAndResumed() throws {
    let (pictures, runs) = (TemporaryFolder(), TemporaryFolder())
    try PictureFolder.write(classes: ["ants", "bees"], count: 10, to: pictures)
    let ended = try Self.tune(
      runs, pictures, "--name", "norm", "--insert-batch-norm", "--freeze-first", "0")
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(
      ended.output.contains("2 batch-norm layers inserted after convolutions and measured on 16"))
    let replayed = try ThawProcess.run(["replay", "norm", "--runs-dir", runs.path])
    #expect(replayed.status == 0 && replayed.output.contains("bit for bit"), "\(replayed.errors)")
    let resumed = try ThawProcess.run(
      ["resume", "norm", "--runs-dir", runs.path, "--headless", "--epochs", "3"])
    #expect(resumed.status == 0 && resumed.output.contains("epoch 3/3"), "\(resumed.errors)")
    let refused = try ThawProcess.run([
      "tune", "zoo:resnet18", "--data", pictures.path, "--headless", "--image-size", "32",
      "--insert-batch-norm", "--runs-dir", runs.path,
    ])
    #expect(refused.status == 2)
    #expect(
      refused.errors.contains("--insert-batch-norm: expected convolutions without batch-norm"))
  }
}
