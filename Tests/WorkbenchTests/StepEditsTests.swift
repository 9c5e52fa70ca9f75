import EngineInterface
import TerminalUI
import Testing

@testable import Workbench

/// What one step's edits come to on a chart.
@Suite struct StepEditsTests {
  private func edit(_ step: Int, _ subject: String, _ from: String, _ to: String) -> EditMarker {
    EditMarker(
      step: step, text: "\(subject) \(from) → \(to)", time: 0, validationLossBefore: nil,
      change: EditMarker.Change(subject: subject, from: from, to: to))
  }

  private func labels(_ edits: [EditMarker]) -> [String] {
    StepEdits.all(edits).map { "\($0.step): \($0.label(.braille))" }
  }

  @Test func severalOfOneThingAreOne() {
    #expect(
      labels([
        edit(7, "learning rate", "1e-3", "3e-4"), edit(7, "learning rate", "3e-4", "1e-4"),
      ]) == ["7: lr 1e-3 → 1e-4"])
  }

  @Test func whatIsTakenBackLeavesNoMark() {
    #expect(
      labels([
        edit(7, "learning rate", "1e-3", "3e-4"), edit(7, "learning rate", "3e-4", "1e-3"),
      ]).isEmpty)
    // But not from another step on: it has acted in between.
    #expect(
      labels([
        edit(7, "learning rate", "1e-3", "3e-4"), edit(8, "learning rate", "3e-4", "1e-3"),
      ]).count == 2)
  }

  @Test func othersAreCounted() {
    let other = EditMarker(
      step: 7, text: "froze conv1", time: 0, validationLossBefore: nil,
      change: EditMarker.Change(subject: "layers conv1", from: "live", to: "frozen"))
    #expect(
      labels([
        edit(7, "learning rate", "1e-3", "3e-4"), other, edit(7, "momentum", "0.9", "0.8"),
        edit(9, "epochs", "10", "20"),
      ]) == ["7: momentum 0.9 → 0.8 +2", "9: epochs 10 → 20"])
  }

  @Test func whatCannotBeNettedStays() {
    let inserted = EditMarker(
      step: 7, text: "dropout 0.5 after conv1", time: 0, validationLossBefore: nil)
    #expect(StepEdits.all([inserted, inserted]).map(\.texts.count) == [2])
  }
}
