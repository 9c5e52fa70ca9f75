import EngineInterface

/// A column of the list of runs.
enum RunColumn: Int, CaseIterable, Sendable {
  case name, state, accuracy, loss, epochs, steps, begun, model

  var title: String {
    switch self {
    case .name: "run"
    case .state: "state"
    case .accuracy: "accuracy"
    case .loss: "best loss"
    case .epochs: "epochs"
    case .steps: "steps"
    case .begun: "begun"
    case .model: "model"
    }
  }

  /// What one looks for stands first: the best, the newest, the longest.
  fileprivate var isDescendingAtFirst: Bool {
    switch self {
    case .accuracy, .epochs, .steps, .begun: true
    case .name, .state, .loss, .model: false
    }
  }
}

/// The order of the list; runs without a value stand last either way.
struct RunOrder: Sendable, Equatable {
  /// `nil`: as the engine gives them, the one with the latest activity first.
  var column: RunColumn?
  var isDescending = false

  init() {}

  init(column: RunColumn) {
    self.column = column
    isDescending = column.isDescendingAtFirst
  }

  var reversed: RunOrder {
    var other = self
    if column == nil { other = RunOrder(column: .begun) }
    other.isDescending.toggle()
    return other
  }

  func sorted(_ runs: [RunSummary]) -> [RunSummary] {
    switch column {
    case nil: runs
    case .name: sorted(runs) { $0.name }
    case .state: sorted(runs) { RunText.state($0.state) }
    case .accuracy: sorted(runs) { $0.best?.metrics.accuracy }
    case .loss: sorted(runs) { $0.best?.metrics.loss }
    case .epochs: sorted(runs) { $0.isReadable ? $0.epochsDone : nil }
    case .steps: sorted(runs) { $0.isReadable ? $0.steps : nil }
    case .begun: sorted(runs) { $0.created }
    case .model: sorted(runs) { $0.model.isEmpty ? nil : $0.model }
    }
  }

  /// Equal ones stay in the order in which they came.
  private func sorted<Value: Comparable>(
    _ runs: [RunSummary], by value: (RunSummary) -> Value?
  ) -> [RunSummary] {
    let keyed = runs.enumerated().map { (place: $0, value: value($1), run: $1) }
    return keyed.sorted { one, other in
      switch (one.value, other.value) {
      case (let a?, let b?) where a != b: isDescending ? a > b : a < b
      case (nil, _?): false
      case (_?, nil): true
      default: one.place < other.place
      }
    }.map(\.run)
  }
}
