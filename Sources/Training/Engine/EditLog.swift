import EngineInterface
import Network

/// Writes edits into a history, as markers for charts. A slider that moves in small steps leaves one
/// marker, not twenty.
struct EditLog {
  private static let mergeSeconds = 2.0

  /// The last edit, and the settings before it and those that it was merged with.
  private var last: (edit: Edit, before: TuningSettings)?

  /// What comes next stands alone.
  mutating func forgetLast() { last = nil }

  mutating func note(
    _ edit: Edit, before: TuningSettings, after: TuningSettings, graph: Graph, step: Int,
    time: Double, validationLoss: Double?, in history: inout History
  ) {
    if let last, let marker = history.edits.last, edit.moves(theSameAs: last.edit),
      0...Self.mergeSeconds ~= time - marker.time
    {
      history.replaceLastEdit(
        with: EditMarker(
          step: step, change: EditChange(edit, from: last.before, to: after, in: graph),
          time: time, validationLossBefore: marker.validationLossBefore))
    } else {
      history.append(
        EditMarker(
          step: step, change: EditChange(edit, from: before, to: after, in: graph), time: time,
          validationLossBefore: validationLoss))
      last = (edit, before)
    }
    last?.edit = edit
  }
}
