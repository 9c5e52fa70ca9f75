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
  }

  private let model: Model
  private let holdsGradients: Bool
  private let pool: WorkerPool
  private let arena = Arena()
  private var graph: Graph
  private var frozen: Set<String>
  private var plans: [Key: ExecutionPlan] = [:]

  /// - Parameter graph: the model's own, with dropout as it is set now.
  init(
    _ model: Model, graph: Graph, frozen: Set<String>, holdsGradients: Bool = false,
    pool: WorkerPool
  ) {
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

  func plan(_ purpose: PlanDraft.Purpose, batch: Int) -> ExecutionPlan {
    let key = Key(purpose: purpose, batch: batch)
    if let plan = plans[key] { return plan }
    let plan = ExecutionPlan(
      PlanDraft(model, graph: graph, frozen: frozen, purpose: purpose), batch: batch,
      holdsGradients: holdsGradients, arena: arena, pool: pool)
    plans[key] = plan
    return plan
  }
}
