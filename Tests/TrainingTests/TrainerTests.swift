import EngineInterface
import Testing

@testable import Training

struct TrainerTests {
  @Test func aSmallKnownProblemIsLearned() throws {
    var configuration = SmallProblem.configuration()
    configuration.epochs = 8
    let trainer = try SmallProblem.trainer(configuration)
    let epochs = try trainer.run(epochs: 8)
    #expect(epochs[7].validation!.accuracy >= 0.95)
    #expect(epochs[7].train.loss < epochs[0].train.loss / 2)
    #expect(epochs[7].validation!.top5 == nil)
    #expect(trainer.isDone)
  }

  @Test func bitsDoNotDependOnThreads() throws {
    let weights = try [1, 2, 3].map { threads in
      var configuration = SmallProblem.configuration()
      configuration.threads = threads
      let trainer = try SmallProblem.trainer(configuration)
      _ = try trainer.run(epochs: 2)
      return trainer.weights
    }
    #expect(weights[0] == weights[1])
    #expect(weights[0] == weights[2])
  }

  @Test func bitsDependOnTheSeed() throws {
    let weights = try [UInt64(5), 6].map { seed in
      var configuration = SmallProblem.configuration()
      configuration.seed = seed
      let trainer = try SmallProblem.trainer(configuration)
      _ = try trainer.run(epochs: 1)
      return trainer.weights
    }
    #expect(weights[0] != weights[1])
  }

  @Test func aLastSmallerBatchCounts() throws {
    let trainer = try SmallProblem.trainer()
    #expect(trainer.stepsPerEpoch == 7)
    var images = 0
    while !trainer.isAtEpochEnd { images += try trainer.step().images }
    #expect(images == 100)
  }

  @Test func frozenLayersStandStillAndKeepTheirOptimiserState() throws {
    let trainer = try SmallProblem.trainer()
    func take(_ steps: Int) throws { for _ in 0..<steps { _ = try trainer.step() } }
    try take(2)
    let before = trainer.weights
    let slots = trainer.checkpoint().slots.count
    try trainer.apply(trainer.settings.applying(.freeze(layers: ["conv1", "norm1"])))
    try take(2)
    let during = trainer.weights
    for name in ["conv1/kernel", "conv1/bias", "norm1/gamma", "norm1/moving_mean"] {
      #expect(during[name] == before[name], "\(name)")
    }
    #expect(during["conv2/kernel"] != before["conv2/kernel"])
    #expect(trainer.checkpoint().slots.count == slots)
    #expect(trainer.checkpoint().counters["steps/conv1/kernel"] == 2)
    #expect(trainer.checkpoint().counters["steps/conv2/kernel"] == 4)
    try trainer.apply(trainer.settings.applying(.thaw(layers: ["conv1", "norm1"])))
    try take(1)
    #expect(trainer.weights["conv1/kernel"] != before["conv1/kernel"])
    #expect(trainer.checkpoint().counters["steps/conv1/kernel"] == 3)
  }

  @Test func aLayerThawedLateStartsItsOwnBiasCorrection() throws {
    var configuration = SmallProblem.configuration()
    configuration.freeze = ["conv2"]
    let trainer = try SmallProblem.trainer(configuration)
    for _ in 0..<3 { _ = try trainer.step() }
    #expect(trainer.checkpoint().counters["steps/conv2/kernel"] == nil)
    let before = trainer.weights["conv2/bias"]!
    try trainer.apply(trainer.settings.applying(.thaw(layers: ["conv2"])))
    _ = try trainer.step()
    // Adam's very first step is the rate itself, whatever the gradient.
    let moved = zip(before, trainer.weights["conv2/bias"]!).map { abs($0 - $1) }
    #expect(moved.contains { abs($0 - 0.01) < 1e-4 })
  }

  @Test func dropoutIsPutInWhileItTrains() throws {
    let trainer = try SmallProblem.trainer()
    _ = try trainer.step()
    try trainer.apply(trainer.settings.applying(.insertDropout(after: "conv2", rate: 0.5)))
    #expect(trainer.graph.index(of: "conv2_dropout") != nil)
    _ = try trainer.step()
    try trainer.apply(trainer.settings.applying(.setDropout(layer: "conv2_dropout", rate: 0.1)))
    #expect(trainer.settings.insertedDropout == ["conv2": 0.1])
    _ = try trainer.step()
  }

  @Test func clippingTheNormBoundsTheStep() throws {
    var configuration = SmallProblem.configuration()
    configuration.optimizer = .sgd
    configuration.learningRate = 1
    configuration.clipNorm = 0.01
    let trainer = try SmallProblem.trainer(configuration)
    let before = trainer.weights
    _ = try trainer.step()
    var squares = 0.0
    for (name, values) in trainer.weights where !name.contains("moving") {
      squares += zip(values, before[name]!).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    }
    #expect(abs(squares.squareRoot() - 0.01) < 1e-4)
  }

  @Test func anInfiniteRateStopsWithTheStepNamed() throws {
    var configuration = SmallProblem.configuration()
    configuration.optimizer = .sgd
    configuration.learningRate = 1e30
    let trainer = try SmallProblem.trainer(configuration)
    #expect(throws: TrainingError.self) {
      for _ in 0..<3 { _ = try trainer.step() }
    }
  }

  @Test func plateauLowersTheRate() throws {
    var configuration = SmallProblem.configuration()
    configuration.epochs = 4
    configuration.learningRate = 1e-9
    configuration.schedule = Schedule(.reduceOnPlateau(patience: 1, factor: 0.5))
    let trainer = try SmallProblem.trainer(configuration)
    let rates = try trainer.run(epochs: 4).map(\.learningRate)
    #expect(rates.first == 1e-9)
    #expect(rates.last! < 1e-9)
  }
}
