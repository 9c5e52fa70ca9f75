import Foundation
import Testing

@testable import EngineInterface

@Suite struct HistoryTests {
  private func points(_ history: History, _ name: MetricName) -> [MetricSeries.Point] {
    history[name].points(from: 0)
  }

  /// What a reader in another process has after it has read `delta`.
  private func read(_ delta: HistoryDelta, into history: inout History) throws {
    let bytes = try JSONEncoder().encode(delta)
    history.apply(try JSONDecoder().decode(HistoryDelta.self, from: bytes))
  }

  private func marker(_ step: Int, rate: Double) -> EditMarker {
    EditMarker(
      step: step, change: .value(.learningRate, from: 1, to: rate), time: 3,
      validationLossBefore: nil)
  }

  @Test func aReaderComesToTheSameHistoryPieceByPiece() throws {
    var history = History()
    var reader = History()
    let own = MetricName(rawValue: "something new")
    for step in 1...2500 {
      history.append(.trainLoss, step: step, value: 1 / Double(step))
      if step % 7 == 0 { history.append(own, step: step, value: Double(step)) }
      if step % 400 == 0 { history.append(marker(step, rate: 0.5)) }
      if step % 401 == 0 { history.replaceLastEdit(with: marker(step, rate: 0.25)) }
      if step % 131 == 0 { try read(history.delta(after: reader.mark), into: &reader) }
    }
    try read(history.delta(after: reader.mark), into: &reader)
    #expect(reader.names == history.names && reader.names.contains(own))
    for name in history.names { #expect(points(reader, name) == points(history, name)) }
    #expect(reader.edits == history.edits)
    #expect(reader.mark == history.mark)
  }

  @Test func aDeltaHoldsWhatIsMissingAndNoMore() throws {
    var history = History()
    for step in 1...100_000 { history.append(.trainLoss, step: step, value: 1) }
    let mark = history.mark
    history.append(.trainLoss, step: 100_001, value: 2)
    let bytes = try JSONEncoder().encode(history.delta(after: mark))
    #expect(bytes.count < 500)
  }

  @Test func whatIsTakenBackIsTakenBackAtTheReader() throws {
    var history = History()
    for step in 1...50 { history.append(.trainLoss, step: step, value: Double(step)) }
    history.append(marker(10, rate: 0.1))
    history.append(marker(40, rate: 0.2))
    var reader = History()
    try read(history.delta(after: reader.mark), into: &reader)
    history = history.upTo(step: 20, edits: 1)
    // As many points again: the count alone would not tell.
    for step in 21...50 { history.append(.trainLoss, step: step, value: -1) }
    try read(history.delta(after: reader.mark), into: &reader)
    #expect(points(reader, .trainLoss) == points(history, .trainLoss))
    #expect(reader.edits == [marker(10, rate: 0.1)])
  }
}
