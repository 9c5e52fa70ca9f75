import Foundation
import TestSupport
import Testing

/// Models that take images of any size: the data's, or the one that is asked for.
@Suite struct ImageSizeTests {
  /// Any height and width, three channels and outputs.
  private static let open = SmallData.fixtures + "/open_size-keras3.h5"
  private static let fixed = SmallData.fixtures + "/shared-keras3.h5"

  private func colours(_ count: Int, _ height: Int, _ width: Int) throws -> TemporaryFolder {
    let folder = TemporaryFolder()
    try folder.write(
      SmallData.idx([count, height, width, 3]) { $0 * 7 }, to: "train-images-idx3-ubyte")
    try folder.write(SmallData.idx([count]) { $0 % 3 }, to: "train-labels-idx1-ubyte")
    return folder
  }

  @Test func predictTakesTheSizeOfTheImages() throws {
    for (height, width) in [(9, 12), (16, 5)] {
      let folder = try colours(2, height, width)
      let ended = try ThawProcess.run(
        ["predict", Self.open, folder("train-images-idx3-ubyte"), "--json"])
      #expect(ended.status == 0 && ended.objects.count == 2, "\(ended.errors)")
    }
    let folder = try colours(2, 9, 12)
    let other = try ThawProcess.run(
      [
        "predict", Self.open, folder("train-images-idx3-ubyte"), "--image-size", "16x5",
      ])
    #expect(other.status == 2 && other.errors.contains("16×5×3"), "\(other.errors)")
  }

  @Test func tuneTakesTheSizeOfTheData() throws {
    let (folder, runs) = (try colours(12, 10, 7), TemporaryFolder())
    let arguments = [
      "tune", Self.open, "--data", folder.path, "--headless", "--json", "--epochs", "1",
      "--runs-dir", runs("runs"),
    ]
    let ended = try ThawProcess.run(arguments)
    #expect(ended.status == 0 && ended.objects.last?["event"] as? String == "finished")
    let refused = try ThawProcess.run(arguments + ["--image-size", "32"])
    #expect(refused.status == 2, "\(refused.errors)")
  }

  @Test func inspectShowsASizeAndSaysSo() throws {
    func input(_ arguments: [String]) throws -> (shape: [Int]?, warnings: [String]) {
      let ended = try ThawProcess.run(["inspect", Self.open, "--json"] + arguments)
      let report = ended.objects.first?["report"] as? [String: Any]
      return (
        ended.objects.first?["input"] as? [Int], report?["warnings"] as? [String] ?? []
      )
    }
    let standard = try input([])
    #expect(standard.shape == [224, 224, 3])
    #expect(standard.warnings == ["the input is any×any×3, and taken as 224×224×3"])
    #expect(try input(["--image-size", "40x30"]).shape == [40, 30, 3])
  }

  @Test(arguments: ["9", "0", "-1", "8x", "1x2x3", "eight"])
  func sizesThatCannotBeAreRefused(size: String) throws {
    let ended = try ThawProcess.run(["inspect", Self.fixed, "--image-size=\(size)"])
    #expect(ended.status == 2 && ended.errors.contains("--image-size"), "\(ended.errors)")
    #expect(try ThawProcess.run(["inspect", Self.fixed, "--image-size", "8"]).status == 0)
  }
}
