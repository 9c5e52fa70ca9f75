import EngineInterface
import Files
import Foundation
import Network
import RunStore
import TestSupport
import Testing

@testable import Training

/// Runs that say what no run of this program would: each value is held to the command line's ranges.
struct StrangeRunTests {
  /// `TrainingProgress` as its JSON has it, open to any value.
  struct Progress: Codable {
    struct Sums: Codable { var loss: Double, correct: Int, topFive: Int, samples: Int }
    struct Plateau: Codable { var factor: Double, best: Double?, waited: Int }
    struct Best: Codable { var loss: Double, epoch: Int }
    var step: Int, epoch: Int, stepInEpoch: Int
    var sums: Sums, seconds: Double, learningRate: Double, plateau: Plateau, best: Best?

    init(_ progress: TrainingProgress) throws {
      self = try JSONDecoder().decode(Self.self, from: JSONEncoder().encode(progress))
    }
  }

  static let progresses: [@Sendable (inout Progress) -> Void] = [
    { $0.epoch = .max }, { $0.epoch = 0 }, { $0.step = 5 }, { $0.stepInEpoch = .max },
    { $0.stepInEpoch = -1 }, { $0.plateau.waited = .max }, { $0.plateau.waited = -1 },
    { $0.plateau.factor = .nan }, { $0.plateau.factor = 2 }, { $0.plateau.best = .infinity },
    { $0.best = Progress.Best(loss: .nan, epoch: 1) },
    { $0.best = Progress.Best(loss: 1, epoch: .max) }, { $0.sums.samples = .max },
    { $0.sums.loss = .nan }, { $0.seconds = -.infinity }, { $0.learningRate = .nan },
  ]

  @Test(arguments: progresses.indices) func progressOutOfRangeIsRefused(number: Int) throws {
    let trainer = try SmallProblem.trainer()
    for _ in 0..<3 { _ = try trainer.step() }
    let good = trainer.checkpoint()
    var progress = try Progress(trainer.progress)
    Self.progresses[number](&progress)
    let strange = Checkpoint(
      step: good.step, settings: good.settings, parameters: good.parameters, slots: good.slots,
      counters: good.counters, state: progress)
    let folder = TemporaryFolder()
    try strange.write(to: folder("strange"))
    let weights = trainer.weights
    #expect(throws: FormatError.self) {
      try trainer.restore(CheckpointFile(path: folder("strange")))
    }
    #expect(trainer.weights == weights)
    // As it stands it is taken.
    try good.write(to: folder("good"))
    try trainer.restore(CheckpointFile(path: folder("good")))
  }

  @Test func aCheckpointInWhichNothingTrainsIsRefused() throws {
    let trainer = try SmallProblem.trainer()
    var checkpoint = trainer.checkpoint()
    checkpoint.settings.frozen = Set(trainer.model.graph.nodes.map(\.name))
    let folder = TemporaryFolder()
    try checkpoint.write(to: folder("frozen"))
    #expect(throws: FormatError.self) {
      try trainer.restore(CheckpointFile(path: folder("frozen")))
    }
  }

  static let configurations: [@Sendable (inout EngineConfiguration) -> Void] = [
    { $0.learningRate = .nan }, { $0.learningRate = -1 }, { $0.momentum = 1 },
    { $0.weightDecay = .infinity }, { $0.maxNorm = -1 }, { $0.clipNorm = 0 },
    { $0.labelSmoothing = 2 }, { $0.epochs = .max }, { $0.epochs = 0 }, { $0.batch = 0 },
    { $0.batch = .max }, { $0.threads = 1 << 40 }, { $0.threads = 0 }, { $0.cacheBudget = -1 },
    { $0.freezeFirst = -1 }, { $0.freezeFirst = .max }, { $0.pretrainedMultiplier = .nan },
    { $0.inputDropout = 1 }, { $0.hiddenDropout = -0.5 },
    { $0.dropout = [PatternValue(pattern: "x", value: 3)] },
    { $0.multipliers = [PatternValue(pattern: "x", value: -3)] },
    { $0.head = HeadRequest(outputs: 0) }, { $0.head = HeadRequest(outputs: .max) },
    { $0.head = HeadRequest(outputs: 3, hidden: [0]) },
    { $0.head = HeadRequest(outputs: 3, hidden: Array(repeating: 1, count: 1000)) },
    { $0.schedule = Schedule(.constant, warmupEpochs: -1) },
    { $0.schedule = Schedule(.constant, warmupEpochs: .infinity) },
    { $0.schedule = Schedule(.cosine(final: .nan)) },
    { $0.schedule = Schedule(.step(epochs: 0, factor: 0.1)) },
    { $0.schedule = Schedule(.reduceOnPlateau(patience: .max, factor: 0.1)) },
    { $0.schedule = Schedule(.reduceOnPlateau(patience: 0, factor: 0.1)) },
    { $0.schedule = Schedule(.oneCycle(rise: 7)) },
    { $0.freeze = Array(repeating: "*", count: 200_000) },
    { $0.classes = [] }, { $0.classes = ["a", "b", "a"] },
    { $0.imageShape = [] }, { $0.imageShape = [28, -1, 1] }, { $0.imageShape = [28, 28, .max] },
  ]

  @Test(arguments: configurations.indices) func optionsOutOfRangeAreRefused(number: Int) throws {
    var configuration = EngineConfiguration()
    try configuration.check()
    Self.configurations[number](&configuration)
    #expect(throws: ConfigurationError.self) { try configuration.check() }
  }

  @Test func whatAPersonCanAskForPassesTheCheck() throws {
    for preset in Preset.all {
      var configuration = EngineConfiguration()
      preset.apply(to: &configuration)
      try configuration.check()
    }
    for text in [
      "constant", "step:0.5,0.25", "exponential:0.97", "inverse-time:3", "cosine:0.01",
      "one-cycle:0.2", "plateau:5,0.3", "warmup:0.5+cosine",
    ] {
      var configuration = EngineConfiguration()
      configuration.schedule = try Schedule(text: text)
      try configuration.check()
    }
    #expect(TuningRange.dropout.values.upperBound == Dropout.highestRate)
  }

  /// At the checkpoint's own step and after it alike.
  @Test(arguments: [
    Edit.freeze(layers: ["nowhere"]), .thaw(layers: ["nowhere"]),
    .setDropout(layer: "nowhere", rate: 0.5), .insertDropout(after: "nowhere", rate: 0.5),
    .setMultiplier(layers: ["nowhere"], factor: 0.5), .setMaxNorm(layers: ["nowhere"], limit: 1),
    .freeze(layers: ["conv1", "norm1", "conv2", "dense1", "output"]),
  ])
  func editsThatDoNotFitAreNoticesAtEveryStep(edit: Edit) throws {
    let configuration = SmallProblem.configuration()
    for offset in 0...1 {
      let disk = RunOnDisk()
      var engine: EngineDriver? = EngineDriver(configuration, run: try disk.create(configuration))
      engine!.train(toStep: 5)
      engine!.send(.checkpoint)
      engine = nil
      do {
        let run = try disk.open()
        try run.journal.append(.edit(step: 5 + offset, time: 1, edit: edit))
      }
      let resumed = EngineDriver(configuration, run: try disk.open(), start: .resume())
      var events = resumed.core.takeEvents()
      while resumed.core.wantsToRun {
        resumed.tick()
        events += resumed.core.takeEvents()
      }
      #expect(resumed.core.failure == nil, "step \(5 + offset)")
      let isSaid = events.contains {
        if case .notice(.misfit) = $0 { true } else { false }
      }
      #expect(isSaid, "step \(5 + offset): \(events)")
      #expect(resumed.state == .finished(.completed(epochs: 3)))
    }
  }
}
