import EngineInterface

/// One line of a journal.
///
/// `step` is always the number of steps done when it happened: an edit of step k acts on step
/// k + 1 and after, a checkpoint of step k contains k steps.
package enum JournalEntry: Codable, Sendable, Equatable {
  /// Times are seconds since 1970.
  case edit(step: Int, time: Double, edit: Edit)
  case steps(StepBlock)
  case epoch(time: Double, summary: EpochSummary)
  case checkpoint(step: Int, time: Double, file: String, isBest: Bool)
  /// Training went on from the checkpoint of this step. Metrics, epochs and checkpoints of later
  /// steps no longer count; edits do: they are applied again at their steps.
  case resumed(step: Int, time: Double)
  /// The person dropped what came after this step, edits included.
  case discarded(step: Int, time: Double)
  /// `reason`: the error's words, where it failed.
  case ended(step: Int, time: Double, how: RunEnd, reason: String?)

  private enum CodingKeys: String, CodingKey {
    // As the first journals have it.
    case edit = "command"
    case steps, epoch, checkpoint, resumed, discarded, ended
  }

  private enum EditCodingKeys: String, CodingKey {
    case step, time
    case edit = "command"
  }
}

/// How training came to an end.
package enum RunEnd: String, Codable, Sendable {
  /// All epochs were trained.
  case finished
  /// Someone stopped it.
  case stopped
  /// An error, or a loss that is no number.
  case failed
}

/// The metrics of consecutive steps. A list of one value stands for that value in every step.
package struct StepBlock: Codable, Sendable, Equatable {
  package private(set) var first: Int
  package private(set) var values: [String: [Float]]

  /// - Parameter points: what was measured in steps `first`, `first + 1`, …; every step has the
  ///   same keys.
  package init(first: Int, points: [[MetricName: Float]]) {
    precondition(!points.isEmpty, "a block without steps")
    self.first = first
    values = [:]
    for key in points[0].keys {
      let column = points.map { $0[key]! }
      // The longest list gives the number of steps, so the loss is never shortened.
      let constant = key == .learningRate && column.allSatisfy { $0 == column[0] }
      values[key.rawValue] = constant ? [column[0]] : column
    }
    if (values.values.map(\.count).max() ?? 0) < points.count, let key = values.keys.min() {
      values[key] = Array(repeating: values[key]![0], count: points.count)
    }
  }

  /// Steps in the block.
  package var count: Int { values.values.map(\.count).max() ?? 0 }

  /// Calls `body` with every point, metric by metric, steps ascending.
  func forEachPoint(_ body: (MetricName, _ step: Int, Float) -> Void) {
    let count = count
    for (name, column) in values where !column.isEmpty {
      let name = MetricName(rawValue: name)
      for i in 0..<count { body(name, first + i, column.count == 1 ? column[0] : column[i]) }
    }
  }

  /// Metrics that a block may have, and bytes in a name of theirs: a file from a stranger is no reason to
  /// keep a million series.
  private static let mostMetrics = 64
  private static let longestName = 64

  /// Whether a block read from a file can be used: lists of equal length or of one value.
  var isConsistent: Bool {
    let count = count
    return values.count <= Self.mostMetrics
      && values.keys.allSatisfy { $0.utf8.count <= Self.longestName }
      && JournalEntry.isPlausible(step: first) && JournalEntry.isPlausible(step: first + count)
      && values.values.allSatisfy { $0.count == count || $0.count == 1 }
  }
}

extension JournalEntry {
  /// Steps that a file may name.
  static func isPlausible(step: Int) -> Bool { TuningRange.steps.contains(step) }

  /// Whether an entry read from a file makes sense.
  var isPlausible: Bool {
    switch self {
    case .edit(let step, _, let edit):
      Self.isPlausible(step: step) && edit.objection == nil
    case .checkpoint(let step, _, _, _), .resumed(let step, _),
      .discarded(let step, _), .ended(let step, _, _, _):
      Self.isPlausible(step: step)
    case .steps(let block): block.isConsistent
    case .epoch(_, let summary):
      Self.isPlausible(step: summary.step) && TuningRange.epochs.contains(summary.epoch)
    }
  }
}
