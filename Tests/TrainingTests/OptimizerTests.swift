import EngineInterface
import Foundation
import Kernels
import Network
import Testing

@testable import Training

/// The optimisers against numbers that Keras computed (`Fixtures/make_optimizers.py`), through a
/// plan of one layer whose gradients are given.
struct OptimizerTests {
  struct Fixture: Decodable {
    struct Values: Decodable, Sendable {
      var kernel: [Float]
      var bias: [Float]
    }
    struct MaxNorm: Decodable {
      var limit: Double
      var kernel: [Float]
    }
    var kernel: [Float]
    var bias: [Float]
    var gradients: [Values]
    var cases: [String: Values]
    var maxNorm: MaxNorm
  }

  struct Options: Sendable {
    var kind: OptimizerKind
    var rate: Double
    var momentum: Double?
    var nesterov = false
    var decay: Double?
    var clipNorm: Double?
  }

  static let options: [String: Options] = [
    "sgd": Options(kind: .sgd, rate: 0.05),
    "sgd-momentum": Options(kind: .sgd, rate: 0.05, momentum: 0.9),
    "sgd-nesterov": Options(kind: .sgd, rate: 0.05, momentum: 0.9, nesterov: true),
    "sgd-decay": Options(kind: .sgd, rate: 0.05, momentum: 0.9, decay: 0.1),
    "sgd-clip": Options(kind: .sgd, rate: 0.05, momentum: 0.9, clipNorm: 0.7),
    "rmsprop": Options(kind: .rmsprop, rate: 0.01),
    "rmsprop-momentum": Options(kind: .rmsprop, rate: 0.01, momentum: 0.8),
    "adagrad": Options(kind: .adagrad, rate: 0.05),
    "adadelta": Options(kind: .adadelta, rate: 1),
    "adam": Options(kind: .adam, rate: 0.01),
    "adam-beta": Options(kind: .adam, rate: 0.01, momentum: 0.8),
    "adam-clip": Options(kind: .adam, rate: 0.01, clipNorm: 0.7),
    "adamw": Options(kind: .adamw, rate: 0.01),
  ]

  private let fixture: Fixture
  private let pool = WorkerPool(threads: 1)

  init() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/optimizers.json")
    fixture = try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: file))
  }

  private func model() throws -> (Model, GivenGradients) {
    let given = GivenGradients()
    let graph = try Graph(
      name: "given", inputShape: Shape(features: 5),
      nodes: [Graph.Node(name: "dense", layer: given, inputs: [""])])
    let model = SmallProblem.model(graph)
    for (parameter, values) in zip(model.allParameters, [fixture.kernel, fixture.bias]) {
      for (i, value) in values.enumerated() { parameter.values.pointer[i] = value }
    }
    return (model, given)
  }

  private func plan(_ model: Model, holdsGradients: Bool) -> ExecutionPlan {
    ExecutionPlan(
      PlanDraft(model, graph: model.graph, frozen: [], purpose: .training), batch: 1,
      holdsGradients: holdsGradients, arena: Arena(), pool: pool)
  }

  private func settings(_ options: Options) -> TuningSettings {
    TuningSettings(
      learningRate: options.rate, momentum: options.momentum ?? options.kind.defaultMomentum,
      weightDecay: options.decay ?? options.kind.defaultWeightDecay)
  }

  private func run(
    _ updater: ParameterUpdater, _ plan: ExecutionPlan, _ given: GivenGradients,
    _ settings: TuningSettings, steps: Range<Int>
  ) {
    let input = FloatBuffer(count: 5)
    for step in steps {
      given.values.gradients = [fixture.gradients[step].kernel, fixture.gradients[step].bias]
      let key = PlanRandomKey(seed: 0, step: step)
      plan.forward(UnsafePointer(input.pointer), random: key)
      updater.run(plan, settings: settings, rate: settings.learningRate, random: key)
    }
  }

  private func expectNear(_ found: [Float], _ expected: [Float], _ name: String) {
    let worst = zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
    #expect(worst < 2e-6, "\(name): off by \(worst)")
  }

  @Test func everyCaseOfTheFixtureIsTested() {
    #expect(Set(fixture.cases.keys) == Set(Self.options.keys))
  }

  @Test(arguments: options.keys.sorted()) func stepsAreThoseOfKeras(name: String) throws {
    let options = try #require(Self.options[name])
    let expected = try #require(fixture.cases[name])
    let (model, given) = try model()
    let updater = ParameterUpdater(
      options.kind.makeOptimizer(nesterov: options.nesterov), clipNorm: options.clipNorm,
      pool: pool)
    run(
      updater, plan(model, holdsGradients: options.clipNorm != nil), given, settings(options),
      steps: 0..<fixture.gradients.count)
    expectNear(model.allParameters[0].values.values, expected.kernel, "kernel")
    expectNear(model.allParameters[1].values.values, expected.bias, "bias")
  }

  @Test func maxNormIsThatOfKeras() throws {
    let (model, given) = try model()
    let updater = ParameterUpdater(SGD(nesterov: false), clipNorm: nil, pool: pool)
    var settings = TuningSettings(learningRate: 0, momentum: 0, maxNorm: fixture.maxNorm.limit)
    run(updater, plan(model, holdsGradients: false), given, settings, steps: 0..<1)
    expectNear(model.allParameters[0].values.values, fixture.maxNorm.kernel, "kernel")
    #expect(model.allParameters[1].values.values == fixture.bias)
    let norms = (0..<4).map { unit in
      (0..<5).reduce(0) { $0 + pow(Double(fixture.kernel[$1 * 4 + unit]), 2) }.squareRoot()
    }
    let share = Double(norms.filter { $0 > fixture.maxNorm.limit }.count) / 4
    #expect(share > 0)
    #expect(updater.measurements.clippedShare == share)
    #expect(updater.measurements["dense"]?.clippedShare == share)

    settings.layerMaxNorms = ["dense": 0]
    run(updater, plan(model, holdsGradients: false), given, settings, steps: 0..<1)
    #expect(updater.measurements.clippedShare == nil)
  }

  @Test func multiplierScalesTheRateAndZeroStopsIt() throws {
    var results: [[Float]] = []
    for (rate, factor) in [(0.01, 1.0), (0.1, 0.1), (0.1, 0)] {
      let (model, given) = try model()
      let updater = ParameterUpdater(SGD(nesterov: false), clipNorm: nil, pool: pool)
      let settings = TuningSettings(
        learningRate: rate, momentum: 0.9, multipliers: ["dense": factor])
      run(updater, plan(model, holdsGradients: false), given, settings, steps: 0..<3)
      results.append(model.allParameters[0].values.values)
    }
    expectNear(results[1], results[0], "kernel")
    #expect(results[2] == fixture.kernel)
  }

  @Test func normsAreThoseOfTheStep() throws {
    let (model, given) = try model()
    let updater = ParameterUpdater(SGD(nesterov: false), clipNorm: nil, pool: pool)
    let settings = TuningSettings(learningRate: 0.1, momentum: 0)
    run(updater, plan(model, holdsGradients: false), given, settings, steps: 0..<1)
    let all = fixture.gradients[0].kernel + fixture.gradients[0].bias
    let norm = all.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    let measured = try #require(updater.measurements["dense"])
    #expect(abs(measured.gradientNorm - norm) < 1e-5)
    #expect(abs(measured.updateRatio - 0.1 * norm / measured.weightNorm) < 1e-5)
    #expect(measured.gradientHistory == [Float(measured.gradientNorm)])
  }

  @Test func momentumSetLaterBeginsThen() throws {
    let (model, given) = try model()
    let updater = ParameterUpdater(SGD(nesterov: false), clipNorm: nil, pool: pool)
    let plan = plan(model, holdsGradients: false)
    run(updater, plan, given, TuningSettings(learningRate: 0.05, momentum: 0), steps: 0..<2)
    #expect(updater.memory.state(of: model.allParameters).slots.isEmpty)
    run(updater, plan, given, TuningSettings(learningRate: 0.05, momentum: 0.9), steps: 2..<4)
    #expect(updater.memory.state(of: model.allParameters).slots.count == 2)
    #expect(updater.memory.steps(of: model.allParameters[0]) == 4)
  }
}

/// A layer with a kernel `[5, 4]` and a bias that does nothing, and whose gradients are set from
/// outside.
struct GivenGradients: Layer {
  // Unchecked: a test uses it from one thread.
  final class Values: @unchecked Sendable {
    var gradients: [[Float]] = []
  }

  static let kind = "Given"
  let values = Values()

  static func == (left: Self, right: Self) -> Bool { left.values === right.values }
  func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(values)) }

  func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape { Shape(features: 4) }

  func parameters(for inputs: [Shape]) -> [ParameterSpecification] {
    [
      ParameterSpecification(
        name: "kernel", role: .kernel, shape: [5, 4], initializer: .zeros, unitAxes: [0]),
      ParameterSpecification(name: "bias", role: .bias, shape: [4], initializer: .zeros),
    ]
  }

  func makeOperation(at site: OperationSite) -> any Network.Operation { GivenOperation(values) }
}

private final class GivenOperation: Network.Operation {
  let values: GivenGradients.Values

  init(_ values: GivenGradients.Values) {
    self.values = values
  }

  var backwardReads: BackwardReads { [] }
  func forward(_ pass: ForwardPass) { pass.output.update(repeating: 0, count: 4) }
  func backward(_ pass: BackwardPass) {
    for (target, gradient) in zip(pass.parameterGradients, values.gradients) {
      for (i, value) in gradient.enumerated() { target?[i] = value }
    }
  }
}
