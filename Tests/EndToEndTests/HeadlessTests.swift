import Foundation
import Testing

@Suite struct HeadlessTests {
  @Test func demoTrainsWithoutAScreen() throws {
    let runs = NSTemporaryDirectory() + "thaw-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: runs) }
    let ended = try ThawProcess.run([
      "demo", "--headless", "--json", "--epochs", "1", "--runs-dir", runs,
    ])
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(ended.objects.map { $0["event"] as? String } == ["epoch", "checkpoint", "finished"])
    let validation = try #require(ended.objects.first?["validation"] as? [String: Any])
    let accuracy = try #require(validation["accuracy"] as? Double)
    #expect(accuracy > 0.9)
  }

  @Test func theFeatureCacheChangesNoNumber() throws {
    let runs = NSTemporaryDirectory() + "thaw-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: runs) }
    func epochs(_ budget: String) throws -> [[String: Any]] {
      let ended = try ThawProcess.run([
        "demo", "--headless", "--json", "--epochs", "2", "--freeze", "conv*", "--cache-budget",
        budget, "--runs-dir", runs,
      ])
      #expect(ended.status == 0, "\(ended.errors)")
      return ended.objects.filter { $0["event"] as? String == "epoch" }
    }
    let with = try epochs("1GB")
    let without = try epochs("0")
    #expect(with.count == 2)
    for (a, b) in zip(with, without) {
      for part in ["train", "validation"] {
        let expected = try #require(b[part] as? [String: Double])
        #expect(a[part] as? [String: Double] == expected)
      }
    }
    #expect(with.map { $0["cacheHitShare"] as? Double } == [0, 1])
    #expect(without.allSatisfy { $0["cacheHitShare"] == nil })
  }
}
