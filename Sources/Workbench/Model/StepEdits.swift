import EngineInterface
import TerminalUI

/// What the edits made at one step come to: one mark on a chart, however often a hand has gone back and
/// forth while the run was paused. The log has them one by one.
struct StepEdits: Sendable, Equatable {
  var step: Int
  /// As charts say it, those that undo each other left out.
  private(set) var texts: [String]

  /// Steps whose edits come to nothing are left out.
  static func all(_ edits: [EditMarker]) -> [StepEdits] {
    var steps: [StepEdits] = []
    var next = edits[...]
    while let first = next.first {
      let same = next.prefix { $0.step == first.step }
      next = next.dropFirst(same.count)
      let texts = net(same)
      if !texts.isEmpty { steps.append(StepEdits(step: first.step, texts: texts)) }
    }
    return steps
  }

  private static func net(_ edits: ArraySlice<EditMarker>) -> [String] {
    var entries: [(text: String, change: EditMarker.Change?)] = []
    for edit in edits {
      guard let change = edit.change,
        let index = entries.firstIndex(where: { $0.change?.subject == change.subject }),
        let first = entries[index].change
      else {
        entries.append((edit.text, edit.change))
        continue
      }
      entries.remove(at: index)
      guard first.from != change.to else { continue }
      let whole = EditMarker.Change(subject: change.subject, from: first.from, to: change.to)
      entries.append(("\(whole.subject) \(whole.from) → \(whole.to)", whole))
    }
    return entries.map(\.text)
  }

  /// The last of them, and how many more there are.
  func label(_ glyphs: GlyphSet) -> String {
    guard let last = texts.last else { return "" }
    let text = EditText.marker(last, glyphs)
    return texts.count > 1 ? "\(text) +\(texts.count - 1)" : text
  }
}
