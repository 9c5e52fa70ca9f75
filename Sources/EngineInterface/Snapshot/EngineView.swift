/// What goes from the engine to a reader: the snapshot, and what is new in its history.
package struct EngineUpdate: Sendable, Codable {
  package var snapshot: EngineSnapshot
  package var history: HistoryDelta

  package init(snapshot: EngineSnapshot, history: HistoryDelta) {
    self.snapshot = snapshot
    self.history = history
  }
}

/// The engine as a reader has it: the snapshot with its whole history.
@dynamicMemberLookup package struct EngineView: Sendable {
  package var snapshot: EngineSnapshot
  package var history: History

  package init(snapshot: EngineSnapshot, history: History = History()) {
    self.snapshot = snapshot
    self.history = history
  }

  package subscript<Value>(dynamicMember path: WritableKeyPath<EngineSnapshot, Value>) -> Value {
    get { snapshot[keyPath: path] }
    set { snapshot[keyPath: path] = newValue }
  }

  package subscript<Value>(dynamicMember path: KeyPath<EngineSnapshot, Value>) -> Value {
    snapshot[keyPath: path]
  }

  /// The same further on.
  package func updated(with update: EngineUpdate) -> EngineView {
    var next = self
    next.snapshot = update.snapshot
    next.history.apply(update.history)
    return next
  }
}
