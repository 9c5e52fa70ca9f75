extension TuningSettings {
  /// These settings with one change taken back: all that differs between `before` and `after` is as it was
  /// before, and what else has changed since stays.
  package func undoing(from before: TuningSettings, to after: TuningSettings) -> TuningSettings {
    var next = self
    func restore<Value: Equatable>(_ path: WritableKeyPath<TuningSettings, Value>) {
      if before[keyPath: path] != after[keyPath: path] {
        next[keyPath: path] = before[keyPath: path]
      }
    }
    func restore<Value: Equatable>(entries path: WritableKeyPath<TuningSettings, [String: Value]>) {
      let (old, new) = (before[keyPath: path], after[keyPath: path])
      for key in Set(old.keys).union(new.keys) where old[key] != new[key] {
        next[keyPath: path][key] = old[key]
      }
    }
    restore(\.learningRate)
    restore(\.momentum)
    restore(\.weightDecay)
    restore(\.maxNorm)
    restore(\.epochs)
    restore(\.headAfter)
    restore(entries: \.multipliers)
    restore(entries: \.layerMaxNorms)
    restore(entries: \.dropout)
    restore(entries: \.insertedDropout)
    next.frozen.subtract(after.frozen.subtracting(before.frozen))
    next.frozen.formUnion(before.frozen.subtracting(after.frozen))
    next.corrections.undo(from: before.corrections, to: after.corrections)
    return next
  }
}

extension ImageCorrections {
  /// Takes back what differs between `before` and `after`, and nothing else.
  fileprivate mutating func undo(from before: ImageCorrections, to after: ImageCorrections) {
    guard before != after else { return }
    for image in Set(before.all.map(\.image)).union(after.all.map(\.image)) {
      let (old, new) = (before[image], after[image])
      if old?.isLeftOut ?? false != new?.isLeftOut ?? false {
        leaveOut([image], old?.isLeftOut ?? false)
      }
      if old?.label != new?.label { relabel([image], old?.label) }
    }
  }
}
