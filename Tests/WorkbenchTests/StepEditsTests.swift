import EngineInterface
import TerminalUI
import Testing

@testable import Workbench

/// What one step's edits come to on a chart.
@Suite struct StepEditsTests {
  private func mark(_ step: Int, _ change: EditChange) -> EditMarker {
    EditMarker(step: step, change: change, time: 0, validationLossBefore: nil)
  }

  private func edit(_ step: Int, _ subject: EditChange.Subject, _ from: Double, _ to: Double)
    -> EditMarker
  {
    mark(step, .value(subject, from: from, to: to))
  }

  private func labels(_ edits: [EditMarker]) -> [String] {
    StepEdits.all(edits).map { "\($0.step): \($0.label(SampleNetworks.digits(), .braille))" }
  }

  @Test func severalOfOneThingAreOne() {
    #expect(
      labels([
        edit(7, .learningRate, 1e-3, 3e-4), edit(7, .learningRate, 3e-4, 1e-4),
      ]) == ["7: lr 1e-3 → 1e-4"])
  }

  @Test func whatIsTakenBackLeavesNoMark() {
    #expect(
      labels([
        edit(7, .learningRate, 1e-3, 3e-4), edit(7, .learningRate, 3e-4, 1e-3),
      ]).isEmpty)
    // But not from another step on: it has acted in between.
    #expect(
      labels([
        edit(7, .learningRate, 1e-3, 3e-4), edit(8, .learningRate, 3e-4, 1e-3),
      ]).count == 2)
  }

  @Test func othersAreCounted() {
    let other = mark(7, .froze(["conv1"]))
    #expect(
      labels([
        edit(7, .learningRate, 1e-3, 3e-4), other, edit(7, .momentum, 0.9, 0.8),
        edit(9, .epochs, 10, 20),
      ]) == ["7: momentum 0.9 → 0.8 +2", "9: epochs 10 → 20"])
  }

  @Test func whatCannotBeNettedStays() {
    let inserted = mark(7, .insertedDropout(after: "conv1", rate: 0.5))
    #expect(StepEdits.all([inserted, inserted]).map(\.changes.count) == [2])
  }

  @Test func whatIsFrozenAndThawedAtOneStepLeavesNoMark() {
    #expect(labels([mark(7, .froze(["conv1"])), mark(7, .thawed(["conv1"]))]).isEmpty)
    #expect(
      labels([mark(7, .froze(["conv1", "conv2"])), mark(7, .thawed(["conv1"]))])
        == ["7: ● conv1 +1"])
  }
}
