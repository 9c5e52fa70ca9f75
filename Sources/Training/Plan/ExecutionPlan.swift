import Kernels
import Network

/// How a graph runs at one batch size with one set of frozen layers: made from them, never changed,
/// and replaced when one of them changes.
///
/// Backward runs only on the way from the loss to a parameter that trains, and every buffer lies in
/// an arena that several plans share, one running after the other. Belongs to one queue at a time.
package final class ExecutionPlan {
  package let batch: Int
  package let nodes: [PlannedNode]
  /// Nodes on which backward runs, the last first.
  package let backwardNodes: [PlannedNode]
  /// Floats that it needs of the arena.
  package let arenaCount: Int

  private let arena: Arena
  private let layout: ArenaLayout
  /// Told how long each node takes, as long as it is there. Changes no number.
  var profile: PlanProfile?
  /// What the nodes were last bound to: the arena's generation, and the memory from outside.
  private var boundGeneration: Int?
  private var boundInputs: [UnsafePointer<Float>] = []

  /// - Parameter holdsGradients: whether the gradients of all parameters stand until the next run;
  ///   otherwise each may be used only within `backward`'s closure.
  /// - Parameter profile: told how long each node takes.
  init(
    _ draft: PlanDraft, batch: Int, holdsGradients: Bool = false, profile: PlanProfile? = nil,
    arena: Arena, pool: WorkerPool
  ) {
    self.batch = batch
    self.profile = profile
    self.arena = arena
    let operations = draft.nodes.map { node in
      node.layer.makeOperation(
        at: OperationSite(
          batch: batch, inputs: node.inputShapes, output: node.shape, mode: node.mode,
          pool: pool))
    }
    let liveness = Liveness(
      zip(draft.nodes, operations).map { node, operation in
        // A batch-norm that trains without a gradient below or in it still counts on its memory.
        let saves =
          node.needsGradient || (node.mode == .training && !node.parameters.isEmpty)
        return Liveness.Node(
          count: batch * node.shape.count, sources: node.sources,
          needsGradient: node.needsGradient,
          backwardReads: node.needsGradient ? operation.backwardReads : [],
          savedCount: saves ? operation.savedCount : 0, canRunInPlace: operation.canRunInPlace,
          isWanted: node.isWanted,
          parameterGradients: node.parameters.map {
            node.trains && $0.specification.isTrainable ? $0.values.count : nil
          })
      }, holdsGradients: holdsGradients)
    layout = ArenaLayout(liveness.requests)
    arenaCount = layout.count
    let kept = liveness.keptCounts
    nodes = draft.nodes.indices.map { index in
      PlannedNode(
        draft.nodes[index], operation: operations[index], buffers: liveness.buffers[index],
        keptCount: kept[index], batch: batch, pool: pool)
    }
    backwardNodes = nodes.reversed().filter(\.needsGradient)
  }

  /// What the last layer gives, `[batch, outputs]`: after `forward`, until the next run.
  package var output: UnsafePointer<Float> { UnsafePointer(nodes[nodes.count - 1].output) }

  /// Where the loss puts the gradient of `output`; `nil` where nothing trains.
  package var outputGradient: UnsafeMutablePointer<Float>? { nodes[nodes.count - 1].gradient }

  /// What a wanted layer gives, `[batch, shape…]`: after `forward`, until the next run.
  func output(of name: String) -> UnsafePointer<Float> {
    UnsafePointer(nodes.first { $0.outputName == name }!.output)
  }

  /// - Parameter input: `[batch, shape…]`; must stand until `backward` has run.
  package func forward(_ input: UnsafePointer<Float>, random: PlanRandomKey) {
    forward([input], random: random)
  }

  /// The same, of a part of a network that is given several tensors.
  package func forward(_ inputs: [UnsafePointer<Float>], random: PlanRandomKey) {
    bind(inputs)
    for node in nodes { measure(node, .forward) { node.forward(random) } }
  }

  /// Runs backward from `outputGradient`. `body` is called after each node with parameters that
  /// train, and may change them: no later node reads them.
  package func backward(random: PlanRandomKey, _ body: (PlannedNode) -> Void) {
    for node in backwardNodes {
      measure(node, .backward) { node.backward(random) }
      if node.parameterGradients.contains(where: { $0 != nil }) {
        measure(node, .update) { body(node) }
      }
    }
  }

  @inline(__always)
  private func measure(_ node: PlannedNode, _ pass: PlanProfile.Pass, _ body: () -> Void) {
    if let profile { profile.measure(node, pass, body) } else { body() }
  }

  private func bind(_ inputs: [UnsafePointer<Float>]) {
    arena.reserve(arenaCount)
    if boundGeneration != arena.generation {
      boundGeneration = arena.generation
      let base = arena.buffer.pointer
      for node in nodes { node.bind({ base + layout.offsets[$0] }, nodes: nodes) }
    }
    if boundInputs != inputs {
      boundInputs = inputs
      for node in nodes { node.bind(external: inputs) }
    }
  }
}
