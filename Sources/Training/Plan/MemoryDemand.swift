import Files
import Kernels
import Network

/// The memory that a network takes to train or to answer, in bytes, known before any of it is taken.
package struct MemoryDemand: Sendable, Equatable {
  /// Parameters, running statistics included.
  package var weights = 0
  /// What the optimiser remembers of those that train.
  package var optimizer = 0
  /// The arena: activations and gradients.
  package var activations = 0
  /// What kernels work in: packed weights, tiles, partial sums.
  package var workspaces = 0
  /// Images read ahead, and features of the frozen layers on their way.
  package var batches = 0

  /// All of it; `Int.max` where that is beyond counting.
  package var total: Int {
    [weights, optimizer, activations, workspaces, batches].reduce(0) { sum, part in
      let (total, overflow) = sum.addingReportingOverflow(part)
      return overflow ? .max : total
    }
  }

  /// What is still to be taken when the network has been read.
  var afterReading: Int { total == .max ? .max : total - weights }

  static func bytes(ofFloats count: Int?) -> Int {
    guard let count else { return .max }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    return overflow ? .max : bytes
  }
}

/// What plans take that run one after the other in one arena and one set of workspaces.
struct PlanDemand {
  private(set) var arenaCount: Int? = 0
  private let pool: WorkerPool
  private let holdsGradients: Bool
  private let limit: Int

  /// Floats of one layer's inputs and output beyond which nothing is counted: 34 GB. Operations are
  /// made to be asked what they need, and keep lists that grow with their tiles.
  private static let countLimit = 1 << 33

  /// - Parameters:
  ///   - threads: of the pool in which the plans are to run.
  ///   - available: bytes beyond which only "more" is wanted as an answer.
  init(holdsGradients: Bool = false, threads: Int, available: Int = .max) {
    limit = min(Self.countLimit, available / MemoryLayout<Float>.stride)
    self.holdsGradients = holdsGradients
    // Its memory is noted and never taken: nothing runs in it.
    pool = WorkerPool(threads: threads)
  }

  /// Counts on a plan.
  mutating func add(_ draft: PlanDraft, batch: Int) {
    guard let count = arenaCount, isCountable(draft, batch: batch) else {
      arenaCount = nil
      return
    }
    let plan = ExecutionPlan(
      draft.fused(), batch: batch, holdsGradients: holdsGradients, arena: Arena(), pool: pool)
    arenaCount = max(count, plan.arenaCount)
  }

  /// Both in a demand.
  func fill(_ demand: inout MemoryDemand) {
    demand.activations = MemoryDemand.bytes(ofFloats: arenaCount)
    demand.workspaces = MemoryDemand.bytes(ofFloats: arenaCount == nil ? nil : pool.reservedCount)
  }

  /// Whether no layer alone needs more than there is.
  private func isCountable(_ draft: PlanDraft, batch: Int) -> Bool {
    draft.nodes.allSatisfy { node in
      let image = node.inputShapes.reduce(node.shape.count) {
        $0.addingReportingOverflow($1.count).partialValue
      }
      let (count, overflow) = image.multipliedReportingOverflow(by: batch)
      return image > 0 && !overflow && count <= limit
    }
  }
}

extension MemoryDemand {
  /// Of answers in batches of a size.
  ///
  /// - Parameter available: bytes beyond which `Int.max` will do as an answer.
  package static func inference(
    _ model: Model, graph: Graph, batch: Int, threads: Int, available: Int = .max
  ) -> MemoryDemand {
    var plans = PlanDemand(threads: threads, available: available)
    plans.add(PlanDraft(model, graph: graph, frozen: [], purpose: .inference), batch: batch)
    var demand = MemoryDemand()
    demand.weights = bytes(ofFloats: graph.parameterCount)
    plans.fill(&demand)
    // The images, and their answers.
    let (values, overflow) = (graph.inputShape.count + graph.outputShape.count)
      .multipliedReportingOverflow(by: batch)
    demand.batches = bytes(ofFloats: overflow ? nil : values)
    return demand
  }

  /// The largest of a number of batches for which `demand` fits; 0 where none does. Demand grows with
  /// the batch.
  static func largestBatch(
    upTo limit: Int, fitting available: Int, demand: (_ batch: Int) -> MemoryDemand
  ) -> Int {
    var fitting = 0
    var tooLarge = limit + 1
    while tooLarge - fitting > 1 {
      let middle = fitting + (tooLarge - fitting) / 2
      if demand(middle).afterReading <= available { fitting = middle } else { tooLarge = middle }
    }
    return fitting
  }
}
