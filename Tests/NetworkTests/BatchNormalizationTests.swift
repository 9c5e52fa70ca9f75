import Kernels
import Testing

@testable import Network

@Suite struct BatchNormalizationTests {
  private func statistics(_ probe: LayerProbe) -> [[Float]] {
    probe.parameters.suffix(2).map(\.values.values)
  }

  @Test func trainingMovesRunningStatistics() throws {
    let layer = BatchNormalization(momentum: 0.75)
    let probe = try LayerProbe(layer, inputs: [Shape([2, 3, 2])], batch: 4)
    let before = statistics(probe)
    probe.forward()
    let input = probe.inputs[0].values
    for channel in 0..<2 {
      let values = stride(from: channel, to: input.count, by: 2).map { input[$0] }
      let mean = values.reduce(0, +) / Float(values.count)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(values.count)
      let after = statistics(probe).map { $0[channel] }
      #expect(abs(after[0] - (0.75 * before[0][channel] + 0.25 * mean)) < 1e-6)
      #expect(abs(after[1] - (0.75 * before[1][channel] + 0.25 * variance)) < 1e-6)
    }
  }

  @Test func frozenBatchNormKeepsRunningStatistics() throws {
    let probe = try LayerProbe(
      BatchNormalization(), inputs: [Shape([2, 3, 2])], mode: .inference)
    let before = statistics(probe)
    _ = probe.gradients(trains: false)
    #expect(statistics(probe) == before)
  }

  @Test func parametersComeInKerasOrder() {
    func names(_ layer: BatchNormalization) -> [String] {
      layer.parameters(for: [Shape([3])]).map(\.name)
    }
    #expect(
      names(BatchNormalization()) == ["gamma", "beta", "moving_mean", "moving_variance"])
    #expect(
      names(BatchNormalization(hasGamma: false)) == ["beta", "moving_mean", "moving_variance"])
    #expect(
      names(BatchNormalization(hasGamma: false, hasBeta: false))
        == ["moving_mean", "moving_variance"])
  }
}
