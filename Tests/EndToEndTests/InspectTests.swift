import Foundation
import Testing

@Suite struct InspectTests {
  @Test func inspectShowsTheDemosNetwork() throws {
    let ended = try ThawProcess.run(["inspect", "demo", "--json"])
    #expect(ended.status == 0, "\(ended.errors)")
    let model = try #require(ended.objects.first)
    #expect(model["parameters"] as? Int == 167_477)
    #expect(model["input"] as? [Int] == [28, 28, 1])
    let layers = try #require(model["layers"] as? [[String: Any]])
    #expect(layers.first?["name"] as? String == "conv1")
    #expect(layers.first?["parameters"] as? Int == 160)
  }

  @Test func blocksAreFoldedUntilAllLayersAreAskedFor() throws {
    let folded = try ThawProcess.run(["inspect", "zoo:resnet18"]).output.split(separator: "\n")
    let all = try ThawProcess.run(["inspect", "zoo:resnet18", "--all"]).output
      .split(separator: "\n")
    #expect(folded.contains { $0.contains("layers") && $0.contains("×") })
    #expect(folded.contains { $0.hasSuffix("folded: --all shows every layer") })
    #expect(!all.contains { $0.contains("folded") })
    #expect(all.count > folded.count + 30)
    // 11.7 million, in threes, and all of it accounted for.
    let totals = try #require(folded.first { $0.hasPrefix("parameters ") })
    let numbers = totals.split { !"0123456789 ".contains($0) }
      .compactMap { Int($0.replacing(" ", with: "")) }
    #expect(numbers.count == 4 && numbers[0] == numbers[1...].reduce(0, +), "\(totals)")
    #expect(numbers[0] > 11_000_000 && totals.contains(" trained, 0 frozen"))
    // Numbers end where their heading ends.
    let heading = try #require(all.first { $0.hasPrefix("layer ") })
    let end = heading.count
    let rows = all.filter { $0.contains("Conv2D") || $0.contains("Dense") }
    #expect(rows.count > 15)
    #expect(rows.allSatisfy { $0.count == end && $0.last?.isNumber == true }, "\(rows)")
  }

  @Test func allOfThePreparationIsToldWithWhoSaysIt() throws {
    let text = try ThawProcess.run(["inspect", "zoo:mobilenet_v2"]).output
    #expect(
      text.contains(
        "pictures: − 0.485 0.456 0.406  ÷ 0.229 0.224 0.225; RGB; the middle, 87.5 %; bilinear\n"))
    let asked = try ThawProcess.run(["inspect", "zoo:mobilenet_v2", "--pixels", "-1..1"]).output
    #expect(asked.contains("pixels -1..1: as --pixels says\npictures: RGB (assumed); the middle"))
    let json = try ThawProcess.run(["inspect", "zoo:mobilenet_v2", "--json"])
    let preparation = try #require(json.objects.first?["preparation"] as? [String: Any])
    #expect((preparation["mean"] as? [Double])?.count == 3)
    #expect(preparation["fit"] as? String == "crop" && preparation["fraction"] as? Double == 0.875)
    #expect(preparation["interpolationOrigin"] as? String == "family")
  }

  @Test func modelThatIsNotThereIsOneLineAndExit2() throws {
    let ended = try ThawProcess.run(["inspect", "/no/such/model.h5"])
    #expect(ended.status == 2)
    #expect(ended.errors.contains("/no/such/model.h5"))
    #expect(ended.errors.split(separator: "\n").count == 1)
  }
}
