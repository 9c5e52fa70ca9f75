import EngineInterface
import Testing

@testable import Training

struct LayerCostsTests {
  @Test func everyLayerThatTrainsHasItsTimeAndMemory() throws {
    let engine = EngineDriver()
    // The first step is not measured, for it touches new memory.
    engine.tick(1)
    #expect(engine.core.makeSnapshot().layers.allSatisfy { $0.memoryBytes == nil })
    engine.tick(1)
    let layers = engine.core.makeSnapshot().layers
    for layer in layers where layer.canFreeze && layer.name != "norm1" {
      #expect(try #require(layer.milliseconds) > 0, "\(layer.name)")
      // Values and Adam's two moments, and for the convolutions what they keep for the way back.
      let floats = layer.parameterCount + 2 * layer.trainableParameterCount
      #expect(try #require(layer.memoryBytes) >= floats * 4, "\(layer.name)")
    }
    let conv = try #require(layers.first { $0.name == "conv1" })
    let kept = (conv.memoryBytes ?? 0) / 4 - 3 * conv.parameterCount
    #expect(kept >= 16 * 6 * 6 * 6, "\(kept)")
  }

  /// What lies below the first layer that trains keeps nothing, and what is frozen learns nothing.
  @Test func freezingGivesMemoryBack() throws {
    let engine = EngineDriver()
    engine.send(.freeze(layers: ["conv1", "norm1"]))
    engine.tick(2)
    let layers = engine.core.makeSnapshot().layers
    let conv = try #require(layers.first { $0.name == "conv1" })
    #expect(conv.memoryBytes == conv.parameterCount * 4)
  }

  @Test func measuringChangesNoBit() throws {
    let plain = try SmallProblem.trainer()
    let measured = try SmallProblem.trainer()
    measured.profile = PlanProfile()
    _ = try plain.run(epochs: 2)
    _ = try measured.run(epochs: 2)
    #expect(plain.weights == measured.weights)
  }

  /// A rate that was trained with is named, however soon it was taken back.
  @Test func aValueThatGoesUpAndDownAgainLeavesTwoMarks() {
    let engine = EngineDriver()
    engine.tick(1)
    engine.send(.setLearningRate(0.02))
    engine.send(.setLearningRate(0.05))
    engine.tick(1)
    engine.send(.setLearningRate(0.08))
    engine.tick(1)
    engine.send(.setLearningRate(0.01))
    #expect(
      engine.core.history.edits.map(\.change) == [
        .value(.learningRate, from: 0.01, to: 0.08), .value(.learningRate, from: 0.08, to: 0.01),
      ])
  }
}
