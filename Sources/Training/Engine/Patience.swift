/// When training ends because it does not get better any more.
struct Patience {
  /// Epochs after which waiting begins anew: a run that ended so and trains on is waited for again.
  private var since = 0

  /// Whether there was no better loss for as many epochs as the run waits for.
  func isLost(by trainer: Trainer) -> Bool {
    guard let limit = trainer.configuration.patience, trainer.progress.stepInEpoch == 0 else {
      return false
    }
    let last = max(since, trainer.progress.best?.epoch ?? 0)
    return trainer.progress.epoch - 1 - last >= limit
  }

  /// What is to be said of it; `nil` where it is not lost.
  func best(whenLostBy trainer: Trainer) -> String? {
    guard isLost(by: trainer), let limit = trainer.configuration.patience,
      let best = trainer.progress.best
    else { return nil }
    return
      "no better loss in \(limit == 1 ? "one epoch" : "\(limit) epochs"): training ends, and the "
      + "best is that of epoch \(best.epoch)"
  }

  /// Training goes on although it was lost.
  mutating func renew(for trainer: Trainer) {
    if isLost(by: trainer) { since = trainer.progress.epoch - 1 }
  }
}
