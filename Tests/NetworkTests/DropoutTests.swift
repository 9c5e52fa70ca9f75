import Kernels
import Testing

@testable import Network

@Suite struct DropoutTests {
  @Test func trainingDropsItsShareAndScalesTheRest() throws {
    let probe = try LayerProbe(Dropout(rate: 0.25), inputs: [Shape([4000])], batch: 1)
    probe.forward()
    let pairs = zip(probe.inputs[0].values, probe.output.values)
    let kept = pairs.filter { $0.1 != 0 }
    #expect(abs(Double(kept.count) / 4000 - 0.75) < 0.02)
    #expect(kept.allSatisfy { abs($0.1 - $0.0 / 0.75) <= 1e-6 })
  }

  @Test func inferenceChangesNothing() throws {
    let probe = try LayerProbe(Dropout(rate: 0.9), inputs: [Shape([50])], mode: .inference)
    probe.forward()
    #expect(probe.output.values == probe.inputs[0].values)
  }

  @Test func onlyARateAboveZeroIsRandom() {
    #expect(Dropout(rate: 0.1).isRandom)
    #expect(!Dropout(rate: 0).isRandom)
  }

  @Test(arguments: [-0.1, 1, 1.5, .nan, .infinity])
  func senselessRateIsRefused(rate: Double) {
    #expect(throws: ShapeError.self) { try Dropout(rate: rate).outputShape(for: [Shape([3])]) }
  }
}
