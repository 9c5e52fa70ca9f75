import Kernels
import Network
import TestSupport
import Testing

@testable import Training

/// Layers that run as one give the numbers of layers that run one after the other.
struct FusionTests {
  private static let batch = 3
  private let pool = WorkerPool(threads: 2)

  private static func node(_ name: String, _ layer: any Layer, _ inputs: String...) -> Graph.Node {
    Graph.Node(name: name, layer: layer, inputs: inputs)
  }

  /// Every pair that can be put together, a convolution that two layers read, and sums of two and
  /// of three.
  private static func graph(_ activation: Activation) throws -> Graph {
    let window = Window(3, padding: .same)
    return try Graph(
      name: "pairs", inputShape: Shape(height: 7, width: 5, channels: 3),
      nodes: [
        node("conv1", Conv2D(filters: 18, window: window, hasBias: false), ""),
        node("norm1", BatchNormalization(), "conv1"),
        node("act1", ActivationLayer(activation), "norm1"),
        node("depthwise", DepthwiseConv2D(window: window), "act1"),
        node("norm2", BatchNormalization(hasGamma: false), "depthwise"),
        node("act2", ActivationLayer(activation), "norm2"),
        node("conv2", Conv2D(filters: 18, window: Window(1)), "act2"),
        node("norm3", BatchNormalization(hasBeta: false), "conv2"),
        node("sum1", Add(), "norm3", "act1"),
        node("act3", ActivationLayer(activation), "sum1"),
        node("fork", Conv2D(filters: 18, window: window), "act3"),
        node("norm4", BatchNormalization(), "fork"),
        node("conv3", Conv2D(filters: 18, window: window), "norm4"),
        node("act4", ActivationLayer(activation), "conv3"),
        node("sum2", Add(), "act4", "fork", "act3"),
        node("act5", ActivationLayer(activation), "sum2"),
        node("flatten", Flatten(), "act5"),
        node("dense1", Dense(units: 9), "flatten"),
        node("act6", ActivationLayer(activation), "dense1"),
        node("output", Dense(units: 4), "act6"),
      ])
  }

  private struct Result: Equatable {
    var output: [Float]
    var gradients: [String: [Float]] = [:]
    var statistics: [String: [Float]] = [:]
  }

  private func run(
    _ activation: Activation, frozen: Set<String>, purpose: PlanDraft.Purpose, fused: Bool
  ) throws -> (Result, names: [String]) {
    let model = SmallProblem.model(try Self.graph(activation))
    let dice = RandomStream(seed: 5, purpose: .test)
    for (index, parameter) in model.allParameters.enumerated() {
      for i in 0..<parameter.values.count {
        let noise = dice.uniform(UInt64(index * 10_000 + i)) * 0.4
        parameter.values.pointer[i] += parameter.name.hasSuffix("variance") ? noise : noise - 0.2
      }
    }
    var draft = PlanDraft(model, graph: model.graph, frozen: frozen, purpose: purpose)
    if fused { draft = draft.fused() }
    let plan = ExecutionPlan(
      draft, batch: Self.batch, holdsGradients: true, arena: Arena(), pool: pool)
    let input = FloatBuffer(
      (0..<Self.batch * model.graph.inputShape.count).map {
        RandomStream(seed: 3, purpose: .test).uniform(UInt64($0)) - 0.3
      })
    let key = PlanRandomKey(seed: 1, step: 0)
    plan.forward(UnsafePointer(input.pointer), random: key)
    let count = Self.batch * model.graph.outputShape.count
    var result = Result(
      output: Array(UnsafeBufferPointer(start: plan.output, count: count)))
    if let gradient = plan.outputGradient {
      for i in 0..<count { gradient[i] = Float(i % 5) - 2 }
      plan.backward(random: key) { node in
        for (parameter, values) in zip(node.parameters, node.parameterGradients) {
          guard let values else { continue }
          result.gradients[parameter.name] = Array(
            UnsafeBufferPointer(start: values, count: parameter.values.count))
        }
      }
    }
    for parameter in model.allParameters where parameter.name.contains("moving") {
      result.statistics[parameter.name] = parameter.values.values
    }
    return (result, plan.nodes.map(\.name))
  }

  private static let lowest: Set = ["conv1", "norm1", "depthwise", "norm2"]
  private static let norms: Set = ["norm1", "norm2", "norm3", "norm4"]

  @Test(arguments: [[], lowest, norms], [PlanDraft.Purpose.training, .inference])
  func fusedLayersGiveTheSameNumbers(frozen: Set<String>, purpose: PlanDraft.Purpose) throws {
    for activation in [Activation.relu, .relu6, .tanh] {
      let (apart, before) = try run(activation, frozen: frozen, purpose: purpose, fused: false)
      let (together, after) = try run(activation, frozen: frozen, purpose: purpose, fused: true)
      #expect(after.count < before.count)
      // Statistics of a batch are added up in other parts; everything else is the same to the bit.
      let gathers = purpose == .training && frozen != Self.norms
      let tolerance: Float = gathers ? 1e-4 : 2e-6
      if gathers {
        expectClose(together.output, apart.output, 1e-5, "output")
        for (name, expected) in apart.statistics {
          expectClose(try #require(together.statistics[name]), expected, 1e-5, name)
        }
      } else {
        #expect(apart.output == together.output)
        #expect(apart.statistics == together.statistics)
      }
      #expect(apart.gradients.keys.sorted() == together.gradients.keys.sorted())
      for (name, expected) in apart.gradients {
        let found = try #require(together.gradients[name])
        // Of a layer's largest gradient: that of a bias below a batch-norm is 0 but for rounding.
        let layer = name.prefix { $0 != "/" }
        let largest = apart.gradients.filter { $0.key.hasPrefix(layer + "/") }.values.joined()
        expectClose(found, expected, tolerance, name, scale: largest.map(abs).max()!)
      }
    }
  }

  /// Whether all values agree within a part of `scale`; by default of the largest.
  private func expectClose(
    _ found: [Float], _ expected: [Float], _ tolerance: Float, _ name: String,
    scale: Float? = nil
  ) {
    let scale = scale ?? expected.map(abs).max()!
    let worst = zip(expected, found).map { abs($0 - $1) }.max()!
    #expect(worst <= tolerance * scale, "\(name)")
  }

  @Test func whatIsFusedDependsOnWhoReads() throws {
    let training = try run(.relu, frozen: [], purpose: .training, fused: true).names
    // Two layers read `fork`.
    #expect(
      training == [
        "conv1", "depthwise", "conv2", "sum1", "fork", "norm4", "conv3", "sum2", "flatten",
        "dense1", "output",
      ])
    let inference = try run(.relu, frozen: [], purpose: .inference, fused: true).names
    #expect(inference == training)
    let frozen = try run(.relu, frozen: Self.lowest, purpose: .training, fused: true).names
    #expect(frozen.prefix(4) == ["conv1", "depthwise", "conv2", "sum1"])
  }

  @Test func whatIsWantedStaysAlone() throws {
    let model = SmallProblem.model(try Self.graph(.relu))
    var draft = PlanDraft(model, graph: model.graph, frozen: [], purpose: .inference)
    draft.nodes[0].isWanted = true
    draft.nodes[2].isWanted = true
    let plan = ExecutionPlan(
      draft.fused(), batch: Self.batch, arena: Arena(), pool: pool)
    #expect(plan.nodes.prefix(3).map(\.outputName) == ["conv1", "act1", "act2"])
  }
}
