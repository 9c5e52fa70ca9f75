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

  @Test func modelThatIsNotThereIsOneLineAndExit2() throws {
    let ended = try ThawProcess.run(["inspect", "/no/such/model.h5"])
    #expect(ended.status == 2)
    #expect(ended.errors.contains("/no/such/model.h5"))
    #expect(ended.errors.split(separator: "\n").count == 1)
  }
}
