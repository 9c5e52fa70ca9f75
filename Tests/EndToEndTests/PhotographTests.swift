import Foundation
import TestSupport
import Testing

/// A folder of pictures, from `tune` to `predict` and `evaluate`.
@Suite struct PhotographTests {
  private let folder = TemporaryFolder()
  private let model = SmallData.fixtures + "/open_size-keras3.h5"

  init() throws {
    try PictureFolder.write(
      classes: ["blue sky", "green", "red"], count: 10, to: folder, folder: "data")
  }

  private func tune(_ name: String, _ more: [String] = [], data: String = "data") throws
    -> ThawProcess
  {
    try ThawProcess.run(
      [
        "tune", model, "--data", folder(data), "--headless", "--json", "--batch", "8",
        "--image-size", "16", "--runs-dir", folder("runs"), "--name", name,
      ] + more)
  }

  private func options(_ name: String) throws -> [String: Any] {
    let file = URL(filePath: folder("runs/\(name)/run.json"))
    let record = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
    return try #require((record as? [String: Any])?["options"] as? [String: Any])
  }

  private func messages(_ ended: ThawProcess) -> [String] {
    ended.objects.compactMap { $0["message"] as? String }
  }

  @Test func fromAFolderToAnswers() throws {
    try folder.write(Array("no picture".utf8), to: "data/red/notes.txt")
    let ended = try tune("a", ["--epochs", "2", "--fit", "squash", "--views", "2"])
    #expect(ended.status == 0, "\(ended.errors)")
    let said = messages(ended)
    #expect(said.contains { $0.contains("6 of 30 pictures set aside") }, "\(said)")
    #expect(said.contains { $0.contains("notes.txt") }, "\(said)")
    let options = try options("a")
    #expect(options["augmentation"] as? String == "standard" && options["views"] as? Int == 2)
    #expect(options["imageShape"] as? [Int] == [16, 16, 3])
    #expect((options["preparation"] as? [String: Any])?["fit"] as? String == "squash")
    #expect(FileManager.default.fileExists(atPath: folder("runs/a/results.csv")))
    let more = try ThawProcess.run(
      ["resume", folder("runs/a"), "--headless", "--json", "--epochs", "3"])
    #expect(more.status == 0 && more.objects.contains { $0["epoch"] as? Int == 3 })

    // Pictures and folders, with what cannot be read among them.
    try folder.write(Array("\u{89}PNG\r\n\u{1a}\n".utf8), to: "data/red/broken.png")
    let predicted = try ThawProcess.run(
      [
        "predict", "a", folder("data/red"), folder("missing.png"), folder("data/green/1.png"),
        "--json", "--top", "2", "--runs-dir", folder("runs"),
      ])
    #expect(predicted.status == 1 && predicted.objects.count == 11)
    #expect(predicted.objects.allSatisfy { ($0["top"] as? [Any])?.count == 2 })
    let lines = predicted.errors.split(separator: "\n")
    #expect(lines.count { $0.contains("broken.png") } == 1, "\(lines)")
    #expect(lines.count { $0.contains("missing.png") } == 1, "\(lines)")
    // One alone says the same.
    let alone = try ThawProcess.run(
      [
        "predict", "a", folder("data/green/1.png"), "--json", "--top", "2", "--runs-dir",
        folder("runs"),
      ])
    #expect(alone.status == 0)
    #expect(alone.output.hasSuffix(predicted.output.split(separator: "\n").last! + "\n"))
    let table = try ThawProcess.run(
      ["predict", "a", folder("data/blue sky"), "--csv", "--runs-dir", folder("runs")])
    let rows = table.output.split(separator: "\n").map { $0.split(separator: ",") }
    #expect(rows.count == 10 && rows.allSatisfy { $0.count == 8 })
  }

  @Test func evaluateMeasuresWhatWasHeldOut() throws {
    #expect(try tune("a", ["--epochs", "1"]).status == 0)
    let runs = ["--runs-dir", folder("runs")]
    let held = try ThawProcess.run(["evaluate", "a", "--json"] + runs)
    #expect(held.status == 0, "\(held.errors)")
    let report = try #require(held.objects.first)
    #expect(report["images"] as? Int == 6)
    // As the run's own last validation came to.
    let confusion = try String(contentsOfFile: folder("runs/a/confusion.csv"), encoding: .utf8)
      .split(separator: "\n").dropFirst().map {
        $0.split(separator: ",").dropFirst().map { Int($0) }
      }
    #expect(report["confusion"] as? [[Int]] == confusion.map { $0.compactMap(\.self) })
    let all = try ThawProcess.run(["evaluate", "a", "--data", folder("data"), "--json"] + runs)
    #expect(all.objects.first?["images"] as? Int == 30)
    let accuracy = try #require(all.objects.first?["accuracy"] as? Double)
    let interval = try #require(all.objects.first?["interval"] as? [Double])
    #expect(interval[0] <= accuracy && accuracy <= interval[1])
    let text = try ThawProcess.run(["evaluate", "a"] + runs)
    for part in ["95 % interval", "balanced accuracy", "calibration error", "blue sky"] {
      #expect(text.output.contains(part), "\(text.output)")
    }
    // A class that the run does not know.
    try PictureFolder.write(classes: ["owl"], count: 1, to: folder, folder: "other")
    let refused = try ThawProcess.run(["evaluate", "a", "--data", folder("other")] + runs)
    #expect(refused.status == 2 && refused.errors.contains("'owl'"), "\(refused.errors)")
    let nothing = try ThawProcess.run(["evaluate", "demo"])
    #expect(nothing.status == 2 && nothing.errors.contains("--data"), "\(nothing.errors)")
  }

  @Test func whatCannotBeTrainedOnIsOneLineAndExit2() throws {
    try PictureFolder.write(classes: ["alone"], count: 2, to: folder, folder: "one")
    try folder.write([1, 2, 3], to: "data/green/broken.png")
    for (data, more, parts) in [
      ("one", [], ["two classes", "'alone'"]), ("data/red", [], ["10 pictures and no folder"]),
      ("data", ["--strict"], ["broken.png"]),
      ("data", ["--augment", "much"], ["--augment", "strong"]),
      ("data", ["--views", "-1"], ["--views"]), ("data", ["--fit", "x"], ["--fit", "squash"]),
      ("data", ["--augment", "none", "--views", "2"], ["--views"]),
      ("data", ["--class-weights", "x"], ["--class-weights", "balanced"]),
      ("data", ["--patience", "0"], ["--patience"]),
      ("data", ["--validation", "2"], ["--validation"]),
    ] {
      let arguments = more.contains("-1") ? ["--views=-1"] : more
      let ended = try tune("bad", arguments, data: data)
      #expect(ended.status == 2, "\(ended.output)\(ended.errors)")
      #expect(ended.errors.split(separator: "\n").count == 1, "\(ended.errors)")
      for part in parts { #expect(ended.errors.contains(part), "\(ended.errors)") }
    }
    #expect(!FileManager.default.fileExists(atPath: folder("runs/bad")))
    let digits = try ThawProcess.run(
      [
        "tune", "demo", "--data", SmallData.demo, "--headless", "--fit", "pad", "--runs-dir",
        folder("runs"),
      ])
    #expect(digits.status == 2 && digits.errors.contains("--fit"), "\(digits.errors)")
  }

  /// Digits are no photographs, but can be augmented as if they were.
  @Test func imagesOfIDXAreAugmentedWhereAsked() throws {
    let data = try SmallData.folder(images: 20)
    let ended = try ThawProcess.run(
      [
        "tune", "demo", "--data", data.path, "--headless", "--json", "--epochs", "1", "--augment",
        "flip", "--runs-dir", folder("runs"), "--name", "idx",
      ])
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(try options("idx")["views"] as? Int == 4)
  }
}
