import Kernels
import Network
import TestSupport
import Testing

@testable import Training

struct ExecutionPlanTests {
  private static let batch = 3
  private let pool = WorkerPool(threads: 2)

  private func plan(
    _ model: Model, frozen: Set<String> = [], purpose: PlanDraft.Purpose = .training,
    holdsGradients: Bool = true, batch: Int = batch
  ) -> ExecutionPlan {
    ExecutionPlan(
      PlanDraft(model, graph: model.graph, frozen: frozen, purpose: purpose), batch: batch,
      holdsGradients: holdsGradients, arena: Arena(), pool: pool)
  }

  private func images(_ model: Model, batch: Int = batch) -> FloatBuffer {
    let random = RandomStream(seed: 3, purpose: .test)
    return FloatBuffer(
      (0..<batch * model.graph.inputShape.count).map { random.uniform(UInt64($0)) - 0.3 })
  }

  /// Weights of a loss that is a plain sum, so that every output counts differently.
  private func factors(_ count: Int) -> [Float] {
    let random = RandomStream(seed: 4, purpose: .test)
    return (0..<count).map { random.uniform(UInt64($0)) * 2 - 1 }
  }

  @Test(arguments: [false, true], [0, 0.4])
  func gradientsThroughForksAgreeWithDifferences(holdsGradients: Bool, dropout: Double) throws {
    let model = SmallProblem.model(try SmallProblem.branchedGraph(dropout: dropout))
    let plan = plan(model, holdsGradients: holdsGradients)
    let input = images(model)
    let key = PlanRandomKey(seed: 1, step: 2)
    let outputs = Self.batch * model.graph.outputShape.count
    let factors = factors(outputs)
    // A batch-norm moves its statistics with every forward: that changes nothing in this mode.
    func loss() -> Double {
      plan.forward(UnsafePointer(input.pointer), random: key)
      return (0..<outputs).reduce(0.0) { $0 + Double(plan.output[$1]) * Double(factors[$1]) }
    }
    _ = loss()
    var gradients: [(Parameter, [Float])] = []
    for i in 0..<outputs { plan.outputGradient![i] = factors[i] }
    plan.backward(random: key) { node in
      for (parameter, gradient) in zip(node.parameters, node.parameterGradients) {
        guard let gradient else { continue }
        gradients.append(
          (parameter, Array(UnsafeBufferPointer(start: gradient, count: parameter.values.count))))
      }
    }
    #expect(gradients.count == 13)
    for (parameter, gradient) in gradients {
      let finding = GradientChecker(step: 1e-2, tolerance: 1e-2).check(
        parameter.values.pointer, gradient: gradient, loss: loss)
      #expect(finding.isGood, "\(parameter.name): \(finding)")
    }
  }

  @Test func heldGradientsAreTheSameAsFleetingOnes() throws {
    let model = SmallProblem.model(try SmallProblem.branchedGraph())
    let input = images(model)
    let key = PlanRandomKey(seed: 1, step: 0)
    let collected = [true, false].map { holdsGradients in
      let plan = plan(model, holdsGradients: holdsGradients)
      plan.forward(UnsafePointer(input.pointer), random: key)
      for i in 0..<(Self.batch * 4) { plan.outputGradient![i] = 1 }
      var gradients: [[Float]] = []
      plan.backward(random: key) { node in
        for (parameter, gradient) in zip(node.parameters, node.parameterGradients) {
          if let gradient {
            gradients.append(
              Array(UnsafeBufferPointer(start: gradient, count: parameter.values.count)))
          }
        }
      }
      return gradients
    }
    #expect(collected[0] == collected[1])
  }

  @Test func backwardStopsAtTheLowestLayerThatTrains() throws {
    let model = SmallProblem.model(try SmallProblem.branchedGraph())
    let frozen: Set = ["conv1", "norm1", "conv2", "norm2"]
    let names = plan(model, frozen: frozen).backwardNodes.map(\.name)
    #expect(
      names == [
        "output", "dense1", "flatten", "drop", "pool", "join", "conv3",
      ])
    #expect(plan(model, purpose: .inference).backwardNodes.isEmpty)
    #expect(plan(model, purpose: .inference).outputGradient == nil)
  }

  @Test func whatIsFrozenBelowComputesNothingBackward() throws {
    let count = Count()
    let window = Window(3, padding: .same)
    func counted(_ layer: any Layer) -> Counting { Counting(base: layer, count: count) }
    let graph = try Graph(
      name: "counted", inputShape: Shape(height: 4, width: 4, channels: 1),
      nodes: [
        Graph.Node(
          name: "below", layer: counted(Conv2D(filters: 2, window: window)), inputs: [""]),
        Graph.Node(
          name: "middle", layer: counted(Conv2D(filters: 2, window: window)), inputs: ["below"]),
        Graph.Node(name: "above", layer: counted(Dense(units: 3)), inputs: ["middle"]),
      ])
    let model = SmallProblem.model(graph)
    for (frozen, expected) in [
      ([], ["above:data,parameters", "middle:data,parameters", "below:parameters"]),
      (["below"], ["above:data,parameters", "middle:parameters"]),
      (["above"], ["above:data", "middle:data,parameters", "below:parameters"]),
      (["below", "middle"], ["above:parameters"]),
    ] as [(Set<String>, [String])] {
      count.calls = []
      let plan = plan(model, frozen: frozen)
      let key = PlanRandomKey(seed: 1, step: 0)
      plan.forward(UnsafePointer(images(model).pointer), random: key)
      plan.backward(random: key) { _ in }
      #expect(
        zip(plan.backwardNodes, count.calls).map { "\($0.name):\($1)" } == expected
          && count.calls.count == expected.count)
    }
  }

  @Test func frozenBatchNormKeepsRunningStatistics() throws {
    let model = SmallProblem.model(try SmallProblem.branchedGraph())
    func statistics(_ name: String) -> [[Float]] {
      model.parameters[name]!.filter { !$0.specification.isTrainable }.map(\.values.values)
    }
    let before = (statistics("norm1"), statistics("norm2"))
    // The frozen one lies above a trainable layer: it passes the gradient on, and stands still.
    let plan = plan(model, frozen: ["norm2"])
    plan.forward(UnsafePointer(images(model).pointer), random: PlanRandomKey(seed: 1, step: 0))
    #expect(statistics("norm1") != before.0)
    #expect(statistics("norm2") == before.1)
  }

  @Test func plansShareAnArenaThatStopsGrowing() throws {
    let model = SmallProblem.model(try SmallProblem.branchedGraph())
    let arena = Arena()
    let plans = [(PlanDraft.Purpose.training, 5), (.training, 2), (.inference, 5)].map {
      ExecutionPlan(
        PlanDraft(model, graph: model.graph, frozen: [], purpose: $0.0), batch: $0.1, arena: arena,
        pool: pool)
    }
    let input = images(model, batch: 5)
    func run() {
      for plan in plans {
        plan.forward(UnsafePointer(input.pointer), random: PlanRandomKey(seed: 1, step: 0))
        if let gradient = plan.outputGradient {
          gradient.update(repeating: 1, count: plan.batch * 4)
          plan.backward(random: PlanRandomKey(seed: 1, step: 0)) { _ in }
        }
      }
    }
    run()
    #expect(arena.buffer.count == plans.map(\.arenaCount).max())
    let generation = arena.generation
    for _ in 0..<5 { run() }
    #expect(arena.generation == generation)
  }

  @Test func inferenceMatchesThePlainRunner() throws {
    let model = SmallProblem.model(try SmallProblem.branchedGraph(dropout: 0.5))
    let input = images(model)
    let expected = GraphRunner(model: model, batch: Self.batch, pool: pool).run(input).values
    let found = try Predictor(model, batch: 2, pool: pool).predict(input.values)
    #expect(found == expected)
  }

  @Test func anImageGetsTheSameAnswerInAnyBatch() throws {
    let model = SmallProblem.model(try SmallProblem.branchedGraph())
    let input = images(model, batch: 7).values
    let answers = try [1, 2, 7, 32].map {
      try Predictor(model, batch: $0, pool: pool).predict(input)
    }
    #expect(answers.allSatisfy { $0 == answers[0] })
  }
}

/// Notes which gradients are asked for.
private final class Count: @unchecked Sendable {
  // Unchecked: a test uses it from one thread.
  var calls: [String] = []
}

private struct Counting: Layer {
  static let kind = "Counting"
  let base: any Layer
  let count: Count

  static func == (left: Self, right: Self) -> Bool { left.count === right.count }
  func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(count)) }

  func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    try base.outputShape(for: inputs)
  }
  func parameters(for inputs: [Shape]) -> [ParameterSpecification] {
    base.parameters(for: inputs)
  }
  func makeOperation(at site: OperationSite) -> any Operation {
    CountingOperation(base: base.makeOperation(at: site), count: count)
  }
}

private final class CountingOperation: Operation {
  let base: any Operation
  let count: Count

  init(base: any Operation, count: Count) {
    self.base = base
    self.count = count
  }

  var backwardReads: BackwardReads { base.backwardReads }
  var savedCount: Int { base.savedCount }
  var canRunInPlace: Bool { base.canRunInPlace }
  func forward(_ pass: ForwardPass) { base.forward(pass) }
  func backward(_ pass: BackwardPass) {
    var asked: [String] = []
    if pass.inputGradients.contains(where: { $0 != nil }) { asked.append("data") }
    if pass.parameterGradients.contains(where: { $0 != nil }) { asked.append("parameters") }
    count.calls.append(asked.joined(separator: ","))
    base.backward(pass)
  }
}
