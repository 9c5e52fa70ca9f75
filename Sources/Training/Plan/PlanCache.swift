import EngineInterface
import Kernels
import Network

/// The plans of one state of a model, made when first needed: one for each purpose and batch size,
/// since an epoch's last batch is smaller. All share one arena. Emptied when what they were made
/// from changes.
final class PlanCache {
  private struct Key: Hashable {
    var purpose: PlanDraft.Purpose
    var batch: Int
    var cut: PlanCut?
  }

  private let model: Model
  private let holdsGradients: Bool
  private let pool: WorkerPool
  private let arena: Arena
  private var graph: Graph
  private var frozen: Set<String>
  private var plans: [Key: ExecutionPlan] = [:]
  /// Told by the plans how long each node takes.
  var profile: PlanProfile? { didSet { for plan in plans.values { plan.profile = profile } } }

  /// - Parameters:
  ///   - graph: the model's own, with dropout as it is set now.
  ///   - arena: perhaps with the plans of others, on the same queue: nothing in it outlives a step.
  init(
    _ model: Model, graph: Graph, frozen: Set<String>, holdsGradients: Bool = false,
    arena: Arena = Arena(), pool: WorkerPool
  ) {
    self.arena = arena
    self.model = model
    self.graph = graph
    self.frozen = frozen
    self.holdsGradients = holdsGradients
    self.pool = pool
  }

  func replace(graph: Graph, frozen: Set<String>) {
    self.graph = graph
    self.frozen = frozen
    plans = [:]
  }

  /// Floats of the arena that are taken.
  var takenCount: Int { arena.buffer.count }

  /// - Parameter cut: the part of the network that is to run; `nil`: all of it.
  func plan(_ purpose: PlanDraft.Purpose, batch: Int, cut: PlanCut? = nil) -> ExecutionPlan {
    let key = Key(purpose: purpose, batch: batch, cut: cut)
    if let plan = plans[key] { return plan }
    var draft = PlanDraft(model, graph: graph, frozen: frozen, purpose: purpose)
    if let cut {
      draft = draft.cut(cut, graph: graph, prefix: FrozenPrefix(graph, frozen: frozen))
    }
    let plan = ExecutionPlan(
      draft.fused(), batch: batch, holdsGradients: holdsGradients, profile: profile, arena: arena,
      pool: pool)
    plans[key] = plan
    return plan
  }
}
