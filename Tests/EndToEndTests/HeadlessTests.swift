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
}
