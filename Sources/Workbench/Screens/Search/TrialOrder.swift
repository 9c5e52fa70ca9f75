import EngineInterface

/// A column of the table of trials.
enum SearchColumn: Hashable, Sendable {
  case number, round
  case value(Int)
  case epochs, state, curve, loss, accuracy

  /// In the order in which they stand.
  static func all(_ dimensions: Int) -> [SearchColumn] {
    [.number] + (0..<dimensions).map { .value($0) }
      + [.loss, .accuracy, .epochs, .state, .curve, .round]
  }

  var isSortable: Bool { self != .curve }

  /// What one looks for stands first.
  fileprivate var isDescendingAtFirst: Bool { self == .accuracy || self == .epochs }
}

/// The order of the table; trials without a value stand last either way.
struct TrialOrder: Sendable, Equatable {
  var column = SearchColumn.loss
  var isDescending = false

  init() {}

  init(column: SearchColumn) {
    self.column = column
    isDescending = column.isDescendingAtFirst
  }

  func sorted(_ trials: [SearchTrial], _ dimensions: [SearchDimension]) -> [SearchTrial] {
    trials.map { (key: key(of: $0, dimensions), trial: $0) }.sorted { one, other in
      switch (one.key, other.key) {
      case (let a?, let b?) where a != b: isDescending ? a > b : a < b
      case (nil, _?): false
      case (_?, nil): true
      default: one.trial.id < other.trial.id
      }
    }.map(\.trial)
  }

  private func key(of trial: SearchTrial, _ dimensions: [SearchDimension]) -> Double? {
    switch column {
    case .number, .curve: Double(trial.id)
    case .round: Double(trial.round)
    case .value(let index):
      dimensions.indices.contains(index) && trial.point.values.indices.contains(index)
        ? dimensions[index].place(of: trial.point.values[index]) : nil
    case .epochs: Double(trial.epochs)
    case .state: Double(Self.rank(trial.state))
    case .loss: trial.score.isFinite ? trial.score : nil
    case .accuracy: trial.accuracies.max()
    }
  }

  /// What goes on stands before what is over.
  private static func rank(_ state: SearchTrial.State) -> Int {
    switch state {
    case .training: 0
    case .paused: 1
    case .waiting: 2
    case .finished: 3
    case .stopped: 4
    case .cancelled: 5
    case .failed: 6
    }
  }
}
