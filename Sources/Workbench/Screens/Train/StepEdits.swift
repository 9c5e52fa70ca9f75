import EngineInterface
import TerminalUI

/// What the edits made at one step come to: one mark on a chart, however often a hand has gone back and
/// forth while the run was paused. The log has them one by one.
struct StepEdits: Sendable, Equatable {
  var step: Int
  /// Those that undo each other left out.
  private(set) var changes: [EditChange]

  /// Steps whose edits come to nothing are left out.
  static func all(_ edits: [EditMarker]) -> [StepEdits] {
    var steps: [StepEdits] = []
    var next = edits[...]
    while let first = next.first {
      let same = next.prefix { $0.step == first.step }
      next = next.dropFirst(same.count)
      let changes = net(same.map(\.change))
      if !changes.isEmpty { steps.append(StepEdits(step: first.step, changes: changes)) }
    }
    return steps
  }

  private static func net(_ changes: [EditChange]) -> [EditChange] {
    var result: [EditChange] = []
    for change in changes {
      guard let index = result.firstIndex(where: { change.following($0) != nil }) else {
        result.append(change)
        continue
      }
      let earlier = result.remove(at: index)
      if !change.undoes(earlier), let both = change.following(earlier) { result.append(both) }
    }
    return result
  }

  /// The last of them, and how many more there are.
  func label(_ layers: [LayerSummary], _ glyphs: GlyphSet) -> String {
    guard let last = changes.last else { return "" }
    let text = ChangeText(layers, short: glyphs).text(last)
    return changes.count > 1 ? "\(text) +\(changes.count - 1)" : text
  }
}
