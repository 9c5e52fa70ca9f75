import EngineInterface

/// The memory of reduce-on-plateau: Keras' `ReduceLROnPlateau` with `min_delta` 1e-4 and no
/// cooldown. Part of a checkpoint, so that a resumed run waits no longer than an uninterrupted one.
package struct PlateauTracker: Codable, Sendable, Equatable {
  /// What the rate has been multiplied by so far.
  package private(set) var factor = 1.0
  private var best: Double?
  private var waited = 0

  package init() {}

  /// Which value, read from a file, cannot be, and why.
  var objection: OutOfRange? {
    if let best, !best.isFinite { return OutOfRange(expected: "a best loss", found: "\(best)") }
    return TuningRange.scheduleFactor.objection(to: factor)
      ?? TuningRange.waited.objection(to: waited)
  }

  /// Notes the loss of one more epoch (validation's, or training's where there is none).
  package mutating func note(loss: Double, patience: Int, factor reduction: Double) {
    let minimumChange = 1e-4
    if loss < (best ?? .infinity) - minimumChange {
      best = loss
      waited = 0
      return
    }
    waited += 1
    if waited >= patience {
      factor *= reduction
      waited = 0
    }
  }
}
