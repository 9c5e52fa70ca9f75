import Foundation
import TestSupport
import Testing

/// Files of weights in PyTorch's names, in and out.
@Suite struct WeightFileTests {
  private let folder = TemporaryFolder()
  private static let torch = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../ModelFormatsTests/Fixtures/torch").standardized.path

  private func export(_ model: String, to name: String, _ more: [String] = []) throws -> ThawProcess
  {
    try ThawProcess.run(
      ["export", model, "--format", "safetensors", "-o", folder(name)]
        + ["--runs-dir", folder("runs")] + more)
  }

  @Test func whatAFileSaysOfTrainingIsInItsExport() throws {
    let rules = URL(filePath: Self.torch).deletingLastPathComponent()
      .appending(path: "rules-keras3.h5").path
    func kept(_ model: String) throws -> [String] {
      let said = try ThawProcess.run(["inspect", model, "--json"])
      let rules = try #require(said.objects.first?["rules"] as? [String: Any])
      return try #require(rules["kept"] as? [String])
    }
    let exported = try ThawProcess.run(
      ["export", rules, "--format", "keras", "-o", folder("rules.keras")])
    #expect(exported.status == 0, "\(exported.errors)")
    #expect(exported.errors.contains("without UnitNorm of last/kernel, which Thaw does not have"))
    #expect(exported.errors.contains("without the penalty on what hidden gives"))
    #expect(try kept(folder("rules.keras")) == kept(rules))
    #expect(try kept(rules).count > 5)
  }

  @Test func layersThatARunHasFrozenAreFrozenInKeras() throws {
    let tuned = try ThawProcess.run(
      [
        "demo", "--headless", "--json", "--epochs", "1", "--freeze", "conv*", "--runs-dir",
        folder("runs"), "--name", "frozen",
      ])
    #expect(tuned.status == 0, "\(tuned.errors)")
    let exported = try ThawProcess.run(
      [
        "export", "frozen", "--format", "keras", "-o", folder("frozen.keras"), "--runs-dir",
        folder("runs"),
      ])
    #expect(exported.status == 0, "\(exported.errors)")
    let model = try object(ThawProcess.run(["inspect", folder("frozen.keras"), "--json"]))
    let layers = try #require(model["layers"] as? [[String: Any]])
    let frozen = layers.filter { $0["frozen"] as? Bool == true }.compactMap {
      $0["name"] as? String
    }
    #expect(frozen == ["conv1", "conv2", "conv3", "conv4"] || frozen.count > 1, "\(frozen)")
    #expect(frozen.allSatisfy { $0.hasPrefix("conv") })
  }

  private func object(_ ended: ThawProcess) throws -> [String: Any] {
    try #require(
      try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any])
  }

  @Test func fromWeightsOverARunToWeights() throws {
    #expect(try export("zoo:shufflenet_v2_x0_5", to: "weights").status == 0)
    try PictureFolder.write(
      classes: ["blue sky", "green", "red"], count: 8, to: folder, folder: "data")
    let tuned = try ThawProcess.run(
      [
        "tune", folder("weights"), "--architecture", "shufflenet_v2_x0_5", "--data", folder("data"),
        "--headless", "--json", "--image-size", "32", "--epochs", "1", "--augment", "none",
        "--runs-dir", folder("runs"), "--name", "a",
      ])
    #expect(tuned.status == 0, "\(tuned.errors)")
    let said = tuned.objects.compactMap { $0["message"] as? String }
    #expect(
      said.contains("read safetensors (torchvision's shufflenet_v2_x0_5, as asked for)"), "\(said)")
    // The run keeps what was asked for, and goes on.
    let record =
      try JSONSerialization.jsonObject(
        with: Data(contentsOf: URL(filePath: folder("runs/a/run.json")))) as? [String: Any]
    let options = record?["options"] as? [String: Any]
    #expect(options?["architecture"] as? String == "shufflenet_v2_x0_5")
    let resumed = try ThawProcess.run(
      ["resume", folder("runs/a"), "--headless", "--json", "--epochs", "2"])
    #expect(resumed.status == 0, "\(resumed.errors)")

    let exported = try export("a", to: "tuned.safetensors")
    #expect(exported.status == 0 && exported.errors == "", "\(exported.errors)")
    #expect(exported.output.contains("with torchvision's names"), "\(exported.output)")
    let inspected = try object(
      ThawProcess.run(
        ["inspect", folder("tuned.safetensors"), "--json", "--strict", "--image-size", "32"]))
    #expect(inspected["classes"] as? [String] == ["blue sky", "green", "red"])
    #expect(inspected["output"] as? [Int] == [3])
    #expect((inspected["preparation"] as? [String: Any])?["origin"] as? String == "file")
    // Both say the same of a picture.
    func first(_ model: String, _ more: [String]) throws -> [String] {
      let ended = try ThawProcess.run(
        ["predict", model, folder("data/red"), folder("data/green"), "--json", "--top", "1"] + more)
      #expect(ended.status == 0, "\(ended.errors)")
      return ended.objects.compactMap {
        (($0["top"] as? [Any])?.first as? [String: Any])?["name"] as? String
      }
    }
    let run = try first("a", ["--runs-dir", folder("runs")])
    #expect(try run == first(folder("tuned.safetensors"), ["--image-size", "32"]))
    #expect(run.count == 16)
    #expect(try export("a", to: "last.safetensors", ["--checkpoint", "last"]).status == 0)
    #expect(try export("a", to: "x", ["--checkpoint", "123456"]).status == 2)
  }

  @Test func tensorsOfAnUnknownNetworkAreShownAndRefused() throws {
    let path = Self.torch + "/kinds.pth"
    let inspected = try ThawProcess.run(["inspect", path])
    #expect(inspected.status == 0)
    #expect(inspected.output.contains("19 tensors of a network that is not known: PyTorch"))
    let row = inspected.output.split(separator: "\n").first { $0.hasPrefix("tensorflow ") }
    #expect(row?.split(separator: " ") == ["tensorflow", "4×8×3×3", "F32"], "\(inspected.output)")
    let listing = try object(ThawProcess.run(["inspect", path, "--json"]))
    #expect((listing["tensors"] as? [Any])?.count == 19)
    let tuned = try ThawProcess.run(
      ["tune", path, "--data", folder.path, "--headless", "--runs-dir", folder("runs")])
    #expect(tuned.status == 2 && tuned.errors.split(separator: "\n").count == 1, "\(tuned.errors)")
  }

  @Test func aPickleBecomesSafetensors() throws {
    let exported = try export(Self.torch + "/lightning.ckpt", to: "safe.safetensors")
    #expect(exported.status == 0 && exported.output.contains("2 tensors as they are"))
    let again = try export(folder("safe.safetensors"), to: "again.safetensors")
    #expect(again.status == 0)
    #expect(
      try Data(contentsOf: URL(filePath: folder("safe.safetensors")))
        == Data(contentsOf: URL(filePath: folder("again.safetensors"))))
  }

  @Test(arguments: [
    (["export", "demo", "--format", "word", "-o", "x"], "--format"),
    (["export", "demo", "--format", "safetensors", "-o", "/nowhere/x"], "/nowhere/x"),
    (
      ["export", "zoo:resnet18", "--format", "safetensors", "-o", "x", "--checkpoint", "best"],
      "--checkpoint"
    ),
    (["inspect", "demo", "--architecture", "resnet18"], "--architecture"),
    (["inspect", "x", "--architecture", "resnet5000"], "--architecture"),
    (["inspect", "demo", "--output-layer", "x"], "--output-layer"),
    (["inspect", "zoo:resnet18", "--labels", "names.txt"], "--labels"),
  ])
  func whatCannotBeDoneIsOneLine(arguments: [String], word: String) throws {
    let ended = try ThawProcess.run(arguments)
    #expect(ended.status == 2 && ended.errors.contains(word), "\(ended.errors)")
    #expect(ended.errors.split(separator: "\n").count == 1)
  }
}
