import Kernels
import Network

/// One operation of a plan with the memory that it works on.
package final class PlannedNode {
  /// Of the layer whose parameters these are.
  package let name: String
  /// Of the layer whose output this is.
  package let outputName: String
  /// Of the layer, `Conv2D` for example.
  package let kind: String
  /// All of them, running statistics included, in the operation's order.
  package let parameters: [Parameter]
  /// In the order of `parameters`: where the gradient is after this node's backward; `nil` where
  /// none is wanted. Void when the plan runs another node, unless the plan holds gradients.
  package private(set) var parameterGradients: [UnsafeMutablePointer<Float>?] = []

  package let operation: any Operation
  let sources: [PlanSource]
  let needsGradient: Bool
  private let buffers: Liveness.Buffers
  private let randomLayer: UInt32
  /// Floats of each input, for the batch.
  package let inputCounts: [Int]
  /// Floats of the output, for the batch.
  package let outputCount: Int
  /// Floats that it keeps from forward to backward.
  package let keptCount: Int
  private let pool: WorkerPool

  private var inputs: [UnsafePointer<Float>]
  private var parameterValues: [UnsafeMutablePointer<Float>]
  private(set) var output: UnsafeMutablePointer<Float>
  private(set) var gradient: UnsafeMutablePointer<Float>?
  private var saved: UnsafeMutablePointer<Float>?
  private var inputGradients: [UnsafeMutablePointer<Float>?] = []
  /// A fork's gradients that are added where others are already.
  private var sums: [(part: UnsafeMutablePointer<Float>, sum: UnsafeMutablePointer<Float>, Int)] =
    []

  init(
    _ draft: PlanDraft.Node, operation: any Operation, buffers: Liveness.Buffers,
    keptCount: Int, batch: Int, pool: WorkerPool
  ) {
    name = draft.name
    outputName = draft.outputName
    kind = draft.layer.kind
    outputCount = batch * draft.shape.count
    self.keptCount = keptCount
    parameters = draft.parameters
    sources = draft.sources
    needsGradient = draft.needsGradient
    self.operation = operation
    self.buffers = buffers
    self.pool = pool
    randomLayer = RandomStream.hash(draft.name)
    inputCounts = draft.inputShapes.map { batch * $0.count }
    parameterValues = draft.parameters.map(\.values.pointer)
    // Real places come with `bind`, before the first run.
    output = Self.nowhere
    inputs = draft.sources.map { _ in UnsafePointer(Self.nowhere) }
  }

  /// A place that no run ever touches: a plan binds its nodes before it runs them.
  private static var nowhere: UnsafeMutablePointer<Float> {
    UnsafeMutablePointer(bitPattern: MemoryLayout<Float>.alignment)!
  }

  /// Takes up the places that the arena gives, after the nodes that this one reads.
  func bind(_ place: (Int) -> UnsafeMutablePointer<Float>, nodes: [PlannedNode]) {
    output = place(buffers.output)
    saved = buffers.saved.map(place)
    gradient = buffers.gradient.map(place)
    parameterGradients = buffers.parameterGradients.map { $0.map(place) }
    for (index, source) in sources.enumerated() {
      if case .node(let below) = source { inputs[index] = UnsafePointer(nodes[below].output) }
    }
    sums = []
    inputGradients = buffers.inputGradients.enumerated().map { index, target in
      switch target {
      case .unwanted: return nil
      case .written(let buffer): return place(buffer)
      case .added(let part, let sum):
        sums.append((place(part), place(sum), inputCounts[index]))
        return place(part)
      }
    }
  }

  /// Takes up what the plan is fed from outside.
  func bind(external pointers: [UnsafePointer<Float>]) {
    for (index, source) in sources.enumerated() {
      if case .input(let number) = source { inputs[index] = pointers[number] }
    }
  }

  /// Of the first parameter and of the first input: how many gradients backward computes.
  var gradientCount: Int {
    (parameterGradients.first?.map { _ in 1 } ?? 0) + (inputGradients.first?.map { _ in 1 } ?? 0)
  }

  func forward(_ key: PlanRandomKey) {
    operation.forward(
      ForwardPass(
        inputs: inputs, output: output, parameters: parameterValues, saved: saved,
        random: key.stream(layer: randomLayer)))
  }

  func backward(_ key: PlanRandomKey) {
    operation.backward(
      BackwardPass(
        inputs: inputs, output: UnsafePointer(output), outputGradient: gradient!,
        inputGradients: inputGradients, parameters: parameterValues,
        parameterGradients: parameterGradients, saved: saved,
        random: key.stream(layer: randomLayer)))
    for (part, sum, count) in sums {
      Elementwise.accumulate(count: count, input: UnsafePointer(part), into: sum, pool: pool)
    }
  }
}

/// What random numbers of a step are drawn from.
package struct PlanRandomKey: Sendable, Equatable {
  package var seed: UInt64
  package var step: Int

  package init(seed: UInt64, step: Int) {
    self.seed = seed
    self.step = step
  }

  func stream(layer: UInt32) -> RandomStream {
    RandomStream(seed: seed, purpose: .dropout, step: UInt64(step), layer: layer)
  }
}
