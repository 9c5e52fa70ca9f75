import EngineInterface
import Files
import TestSupport
import Testing

@testable import RunStore

/// Thousands of damaged versions of a run's files: each is an error or is read, and none traps.
@Suite struct DamagedRunTests {
  let temporary = TemporaryFolder()

  private func trainedRun() throws -> RunFolder {
    let run = try RunsFolder(path: temporary.path).create(
      name: "run", model: "m", options: ["batch": 32]
    ) { Fixture.record(named: $0) }
    let model = try Fixture.model(seed: 1)
    let metrics = EpochSummary.Metrics(loss: 0.5, accuracy: 0.5, top5: 1)
    for epoch in 1...2 {
      try run.journal.append(
        .edit(step: epoch * 4, time: 1, edit: .setMaxNorm(layers: ["a"], limit: 2)))
      for step in (epoch * 4 - 3)...(epoch * 4) {
        try run.journal.append(step: step, Fixture.metrics(1 / Float(step)))
      }
      try run.journal.append(
        .epoch(
          time: 2,
          summary: EpochSummary(
            epoch: epoch, step: epoch * 4, train: metrics, validation: metrics,
            imagesPerSecond: 10, learningRate: 0.1)))
      try run.write(Fixture.checkpoint(of: model, step: epoch * 4), isBest: true, time: 3)
    }
    try run.journal.append(.resumed(step: 4, time: 4))
    try run.journal.append(.discarded(step: 4, time: 5))
    try run.journal.append(.ended(step: 4, time: 6, how: .stopped, reason: "q"))
    return run.folder
  }

  @Test func damagedJournalsNeverTrap() throws {
    let folder = try trainedRun()
    let good = try InputFile.contents(of: folder.journalPath, limit: 1 << 20)
    var mutations = Mutations(seed: 2)
    var unreadable = 0
    for _ in 0..<2500 {
      try temporary.write(mutations.damaged(good), to: "run/journal.jsonl")
      let contents = try folder.journal()
      unreadable += contents.unreadableLines.count
      for key in contents.history.names {
        _ = contents.history[key].envelopes(from: 0, to: 100, columns: 5)
      }
      _ = contents.edits(from: 4)
      _ = folder.summary
    }
    #expect(unreadable > 1500)
  }

  @Test func damagedRecordsNeverTrap() throws {
    let folder = try trainedRun()
    let good = try InputFile.contents(of: folder.recordPath, limit: 1 << 20)
    var mutations = Mutations(seed: 3)
    var refused = 0
    for _ in 0..<3000 {
      try temporary.write(mutations.damaged(good), to: "run/run.json")
      do {
        _ = try folder.record()
      } catch is FormatError {
        refused += 1
      }
    }
    #expect(refused > 1000)
  }

  @Test func damagedCheckpointsNeverTrapNorHalfRestore() throws {
    let folder = try trainedRun()
    let path = folder.checkpointPath(step: 8)
    let good = try InputFile.contents(of: path, limit: 1 << 20)
    var mutations = Mutations(seed: 4)
    var refused = 0
    for _ in 0..<3000 {
      let path = try temporary.write(mutations.damaged(good), to: "bad")
      let model = try Fixture.model(seed: 9)
      do {
        let file = try CheckpointFile(path: path)
        _ = try? file.state(Fixture.State.self)
        for slot in file.slots {
          _ = try? file.read(
            slot: slot.name, of: slot.parameter, into: model.allParameters[1].values)
        }
        let prepared = model.allParameters.map(\.values.values)
        do {
          try file.restore(model)
        } catch {
          #expect(model.allParameters.map(\.values.values) == prepared)
          throw error
        }
      } catch is FormatError {
        refused += 1
      }
    }
    #expect(refused > 1000)
  }

  @Test func recordThatIsNoneSaysWhatIsMissing() throws {
    let folder = try trainedRun()
    try temporary.write(Array(#"{"record":{"format":1,"name":"x"}}"#.utf8), to: "run/run.json")
    let error = #expect(throws: FormatError.self) { try folder.record() }
    #expect(error?.found == "no 'model' at record")
    try temporary.write(Array(repeating: UInt8(ascii: "["), count: 1 << 20), to: "run/run.json")
    #expect(throws: FormatError.self) { try folder.record() }
  }
}

/// What a file says is in range, or the file is refused with a line that names the value.
@Suite struct ImplausibleRunTests {
  let temporary = TemporaryFolder()

  @Test func checkpointsWithValuesOutOfRangeAreRefused() throws {
    let model = try Fixture.model(seed: 1)
    var changes: [(Checkpoint) -> Checkpoint] = []
    func change(_ body: @escaping (inout Checkpoint) -> Void) {
      changes.append { checkpoint in
        var changed = checkpoint
        body(&changed)
        return changed
      }
    }
    change { $0.step = .max }
    change { $0.step = -1 }
    change { $0.settings.epochs = .max }
    change { $0.settings.epochs = 0 }
    change { $0.settings.learningRate = .nan }
    change { $0.settings.dropout = ["x": 2] }
    change { $0.counters["first/p0"] = .max }
    change { $0.counters["first/p0"] = -1 }
    for (number, change) in changes.enumerated() {
      let path = temporary("\(number)")
      try change(Fixture.checkpoint(of: model, step: 4)).write(to: path)
      #expect(throws: FormatError.self, "change \(number)") { try CheckpointFile(path: path) }
    }
  }

  @Test func theSameCheckpointIsTheSameBytesInEveryProcess() async throws {
    let names = (0..<40).map { "layer \($0)" }
    let path = temporary("here")
    func write(_ path: String) throws {
      let model = try Fixture.model(seed: 1)
      var checkpoint = Fixture.checkpoint(of: model, step: 4)
      // Each set has an order of its own.
      checkpoint.settings.frozen = Set(names.shuffled())
      checkpoint.settings.frozen.reserveCapacity(Int.random(in: 40...4000))
      checkpoint.settings.multipliers = Dictionary(
        uniqueKeysWithValues: names.shuffled().map { ($0, 0.5) })
      try checkpoint.write(to: path)
    }
    try write(path)
    let first = try InputFile.contents(of: path, limit: 1 << 20)
    for _ in 0..<20 {
      try write(path)
      #expect(try InputFile.contents(of: path, limit: 1 << 20) == first)
    }
  }
}
