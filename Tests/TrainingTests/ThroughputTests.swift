import Testing

@testable import Training

struct ThroughputTests {
  @Test func theLastSecondCounts() {
    var meter = ThroughputMeter()
    #expect(meter.imagesPerSecond == 0)
    #expect(meter.waitingShare == 0)
    meter.note(images: 100, seconds: 5, waited: 5)
    for _ in 0..<5 { meter.note(images: 16, seconds: 0.25, waited: 0.125) }
    #expect(meter.imagesPerSecond == 64)
    #expect(meter.waitingShare == 0.5)
  }
}
