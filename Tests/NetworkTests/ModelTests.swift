import Kernels
import TestSupport
import Testing

@testable import Network

@Suite struct ModelTests {
  private let pool = WorkerPool(threads: 1)

  private func model(seed: UInt64 = 3) throws -> Model {
    Model(initializing: try Networks.classifier(), seed: seed, pool: pool)
  }

  private func values(_ model: Model, _ layer: String) -> [[Float]] {
    (model.parameters[layer] ?? []).map(\.values.values)
  }

  @Test func sameSeedGivesTheSameValues() throws {
    let (a, b, c) = (try model(), try model(), try model(seed: 4))
    #expect(a.allParameters.map(\.values.values) == b.allParameters.map(\.values.values))
    #expect(values(a, "conv1") != values(c, "conv1"))
  }

  /// A layer's values do not depend on what stands before it.
  @Test func valuesDependOnTheNameAlone() throws {
    let graph = try Networks.classifier()
    let shorter = try Graph(
      name: "shorter", inputShape: Shape([16]),
      nodes: [.init(name: "dense1", layer: Dense(units: 6), inputs: [""])])
    #expect(
      values(Model(initializing: graph, seed: 3, pool: pool), "dense1")
        == values(Model(initializing: shorter, seed: 3, pool: pool), "dense1"))
  }

  @Test func glorotIsUniformWithinItsLimit() {
    let buffer = FloatBuffer(count: 20_000)
    Initializer.glorotUniform(fanIn: 30, fanOut: 20).fill(
      buffer, from: RandomStream(seed: 1, purpose: .initialization), pool: pool)
    let limit = Float(0.12).squareRoot() * 1  // √(6 / 50)
    let values = buffer.values
    #expect(values.allSatisfy { abs($0) <= limit * 1.0001 })
    #expect(abs(deviation(values) - limit / Float(3).squareRoot()) < 0.01 * limit)
    #expect(abs(values.reduce(0, +) / 20_000) < 0.02 * limit)
  }

  @Test func heNormalHasVarianceTwoByFanIn() {
    let buffer = FloatBuffer(count: 20_000)
    Initializer.heNormal(fanIn: 50).fill(
      buffer, from: RandomStream(seed: 1, purpose: .initialization), pool: pool)
    let values = buffer.values
    #expect(abs(deviation(values) - 0.2) < 0.003)
    #expect(values.allSatisfy { abs($0) <= 0.2 * 2 / 0.8796 * 1.001 })
  }

  private func deviation(_ values: [Float]) -> Float {
    (values.reduce(0) { $0 + $1 * $1 } / Float(values.count)).squareRoot()
  }

  @Test func reinitializingTouchesWhatMatchesOnly() throws {
    let model = try model()
    let before = (values(model, "conv1"), values(model, "dense1"))
    for parameter in model.allParameters { parameter.values.pointer[0] += 1 }
    let changed = (values(model, "conv1"), values(model, "dense1"))
    let chosen = ["bn1", "dense1"].map { model.graph.index(of: $0)! }
    let names = model.reinitialize(seed: 3, pool: pool, where: chosen.contains)
    #expect(names == ["bn1", "dense1"])
    #expect(values(model, "dense1") == before.1)
    #expect(values(model, "conv1") == changed.0)
    #expect(values(model, "bn1").map { $0[0] } == [1, 0, 0, 1])
  }

  @Test func editedGraphKeepsTheParametersOfLayersThatStay() throws {
    let model = try model()
    let before = values(model, "dense1")
    let kept = model.parameters["conv1"]![0]
    model.adopt(try model.graph.replacingHead(outputs: 9).graph, seed: 3, pool: pool)
    #expect(values(model, "dense1") == before)
    #expect(model.parameters["conv1"]![0] === kept)
    #expect(model.parameters["predictions"] == nil)
    #expect(values(model, "output").map(\.count) == [54, 9])
    #expect(values(model, "output")[1] == Array(repeating: 0, count: 9))
    #expect(values(model, "output")[0].contains { $0 != 0 })
  }
}

@Suite struct GraphRunnerTests {
  private let pool = WorkerPool(threads: 2)

  @Test func outputsAreWhatTheLayersSay() throws {
    // 2 x + 1 for each channel, then the mean with itself added.
    let graph = try Graph(
      name: "small", inputShape: Shape([1, 2, 1]),
      nodes: [
        .init(name: "scale", layer: Rescaling(scale: [2], offset: [1]), inputs: [""]),
        .init(name: "add", layer: Add(), inputs: ["scale", "scale"]),
        .init(name: "pool", layer: GlobalAveragePooling2D(), inputs: ["add"]),
      ])
    let runner = GraphRunner(
      model: Model(graph: graph, parameters: [:]), batch: 2, pool: pool)
    #expect(runner.run(FloatBuffer([1, 2, 3, 5])).values == [8, 18])
    var seen: [String: [Float]] = [:]
    _ = runner.run(FloatBuffer([1, 2, 3, 5])) { seen[$0.name] = $1.values }
    #expect(seen["scale"] == [3, 5, 7, 11])
  }

  @Test func imageGivesTheSameBitsAloneAndInABatch() throws {
    let model = Model(initializing: try Networks.classifier(), seed: 1, pool: pool)
    let images = LayerProbe.numbers(3 * 72, stream: 1)
    let together = GraphRunner(model: model, batch: 3, pool: pool).run(images).values
    let single = GraphRunner(model: model, batch: 1, pool: pool)
    for image in 0..<3 {
      let alone = single.run(FloatBuffer(Array(images.values[image * 72..<(image + 1) * 72])))
      #expect(alone.values == Array(together[image * 5..<(image + 1) * 5]))
    }
    #expect(abs(together[0..<5].reduce(0, +) - 1) < 1e-5)
  }
}
