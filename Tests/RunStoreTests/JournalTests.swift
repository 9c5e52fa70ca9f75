import EngineInterface
import Files
import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import RunStore

@Suite struct JournalTests {
  let temporary = TemporaryFolder()
  var path: String { temporary("journal.jsonl") }

  private func epoch(_ number: Int, step: Int, loss: Double) -> JournalEntry {
    let metrics = EpochSummary.Metrics(loss: loss, accuracy: 0.5, top5: nil)
    return .epoch(
      time: Double(step),
      summary: EpochSummary(
        epoch: number, step: step, train: metrics, validation: metrics, imagesPerSecond: 100,
        learningRate: 1e-3))
  }

  private func append(_ text: String) throws {
    let old = try InputFile.contents(of: path, limit: 1 << 24)
    try OutputFile.write(old + Array(text.utf8), to: path)
  }

  @Test func everyEntryComesBack() throws {
    let commands: [Edit] = [
      .freeze(layers: ["conv1", "a/b\"\n"]), .thaw(layers: []), .setLearningRate(3e-4),
      .setMaxNorm(layers: ["x"], limit: nil), .setMultiplier(layers: ["x"], factor: 0),
      .setDropout(layer: "d", rate: 0.5), .setDropouts(layers: ["d", "e"], rate: 0.5),
      .insertDropout(after: "x", rate: 0.25), .setEpochs(7),
      .replace(TuningSettings(learningRate: 0.1, frozen: ["a", "b"], insertedDropout: ["": 0.5])),
      .adopt(
        Adoption(
          trial: 3, file: Adoption.file(step: 9, trial: 3), settings: TuningSettings(momentum: 0.5))
      ),
    ]
    let journal = try Journal(path: path)
    for (step, command) in commands.enumerated() {
      try journal.append(.edit(step: step, time: 1.5, edit: command))
    }
    for step in 1...5 { try journal.append(step: step, Fixture.metrics(Float(step) / 7)) }
    try journal.append(epoch(1, step: 5, loss: 0.3))
    try journal.append(.checkpoint(step: 5, time: 6, file: "step", isBest: true))
    try journal.append(.ended(step: 5, time: 7, how: .finished, reason: "done"))

    let contents = try JournalContents.read(path)
    #expect(contents.unreadableLines.isEmpty)
    #expect(contents.edits.map(\.step) == Array(commands.indices))
    #expect(contents.edits.map(\.edit) == commands)
    let loss = contents.history[.trainLoss]
    #expect((0..<loss.count).map { loss[$0].step } == [1, 2, 3, 4, 5])
    #expect((0..<loss.count).map { loss[$0].value } == (1...5).map { Float($0) / 7 })
    #expect(contents.history[.learningRate].count == 5)
    #expect(contents.history[.validationLoss].last?.value == 0.3)
    #expect(contents.epochs.map(\.epoch) == [1])
    #expect(contents.checkpoints.map(\.step) == [5])
    #expect(contents.end?.how == .finished && contents.end?.reason == "done")
    #expect(contents.lastTime == 7)
  }

  @Test func valuesThatAreNoNumbersAreKept() throws {
    let journal = try Journal(path: path)
    let values: [Float] = [.nan, .infinity, -.infinity, .leastNonzeroMagnitude, 3.4028235e38, -0]
    for (step, value) in values.enumerated() {
      try journal.append(step: step, [.trainLoss: value])
    }
    try journal.flush()
    let series = try JournalContents.read(path).history[.trainLoss]
    let found = (0..<series.count).map { series[$0].value }
    #expect(found[0].isNaN)
    #expect(found[1...].map(\.bitPattern) == values[1...].map(\.bitPattern))
  }

  @Test func everyFloatSurvivesBitForBit() throws {
    var bits: UInt32 = 12345
    let values = (0..<20_000).map { _ -> Float in
      bits = bits &* 1_664_525 &+ 1_013_904_223
      let value = Float(bitPattern: bits)
      return value.isFinite ? value : 0
    }
    let journal = try Journal(path: path)
    for (step, value) in values.enumerated() {
      try journal.append(step: step, [.trainLoss: value])
    }
    try journal.flush()
    let series = try JournalContents.read(path).history[.trainLoss]
    #expect(
      (0..<series.count).map { series[$0].value.bitPattern } == values.map(\.bitPattern))
  }

  @Test func constantRateIsWrittenOnce() {
    let same = StepBlock(first: 1, points: (1...3).map { _ in Fixture.metrics(0.5) })
    #expect(same.values["learningRate"] == [1e-3])
    #expect(same.values["trainLoss"] == [0.5, 0.5, 0.5])
    #expect(same.count == 3)
    let alone = StepBlock(first: 1, points: [[.learningRate: 1], [.learningRate: 1]])
    #expect(alone.count == 2)
  }

  @Test func tornLastLineIsDroppedAndOverwritten() throws {
    do {
      let journal = try Journal(path: path)
      try journal.append(.resumed(step: 1, time: 1))
    }
    try append(#"{"command":{"step":2,"time"#)
    #expect(try JournalContents.read(path).unreadableLines.isEmpty)
    #expect(try JournalContents.read(path).edits.isEmpty)
    do {
      let journal = try Journal(path: path)
      try journal.append(.edit(step: 3, time: 2, edit: .setEpochs(4)))
    }
    let contents = try JournalContents.read(path)
    #expect(contents.unreadableLines.isEmpty)
    #expect(contents.edits.map(\.step) == [3])
  }

  @Test func journalThatIsOnlyATornLineBecomesEmpty() throws {
    try temporary.write(Array(repeating: 0, count: 3_000_000), to: "journal.jsonl")
    let journal = try Journal(path: path)
    try journal.append(.resumed(step: 1, time: 1))
    #expect(try JournalContents.read(path).lastTime == 1)
  }

  @Test func unreadableLinesAreCountedAndSkipped() throws {
    do {
      let journal = try Journal(path: path)
      try journal.append(.edit(step: 0, time: 1, edit: .setEpochs(2)))
    }
    try append("\n\u{0}\u{0}\n{\"later\":{}}\n{\"resumed\":{\"step\":-1,\"time\":0}}\n")
    try append(
      #"{"steps":{"first":1,"values":{"trainLoss":[1,2],"trainAccuracy":[1,2,3]}}}"# + "\n")
    try append(String(repeating: "[", count: 100_000) + "\n")
    do {
      let journal = try Journal(path: path)
      try journal.append(.edit(step: 1, time: 1, edit: .setEpochs(3)))
    }
    let contents = try JournalContents.read(path)
    #expect(contents.unreadableLines == [2, 3, 4, 5, 6, 7])
    #expect(contents.edits.map(\.step) == [0, 1])
  }

  @Test func commandsOutOfRangeAreUnreadable() throws {
    let commands: [Edit] = [
      .setEpochs(-1), .setEpochs(.max), .setLearningRate(.nan), .setLearningRate(-1),
      .setMomentum(1), .setDropout(layer: "x", rate: 1), .insertDropout(after: "x", rate: .nan),
      .setMultiplier(layers: ["x"], factor: .infinity), .setMaxNorm(layers: [], limit: -1),
      .setWeightDecay(.infinity),
    ]
    let journal = try Journal(path: path)
    for command in commands { try journal.append(.edit(step: 1, time: 1, edit: command)) }
    let contents = try JournalContents.read(path)
    #expect(contents.edits.isEmpty)
    #expect(contents.unreadableLines.count == commands.count)
  }

  /// Resumed again and again: what is superseded is looked at once.
  @Test func thousandsOfResumesAreReadInLinearTime() throws {
    let journal = try Journal(path: path)
    let rounds = 20_000
    for round in 0..<rounds {
      for step in 1...3 { try journal.append(step: round + step, Fixture.metrics(Float(round))) }
      try journal.append(epoch(1, step: round + 3, loss: 1))
      try journal.append(.edit(step: round + 3, time: 0, edit: .setEpochs(7)))
      try journal.append(.resumed(step: round + 1, time: 0))
    }
    let contents = try JournalContents.read(path)
    #expect(contents.unreadableLines.isEmpty)
    #expect(contents.history[.trainLoss].count == rounds)
    #expect(contents.history[.trainLoss].last?.step == Int32(rounds))
    #expect(contents.epochs.isEmpty)
    #expect(contents.edits.count == rounds)
  }

  /// Discards and resumes in any order leave what looking at each of them in turn would.
  @Test(arguments: 0..<40) func whatIsSupersededIsDroppedAsOneByOne(seed: Int) throws {
    var state = UInt64(seed) &* 77 &+ 5
    func roll(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
    let journal = try Journal(path: path)
    var step = 0
    var commands: [(step: Int, line: Int)] = []
    var checkpoints: [(step: Int, line: Int)] = []
    for line in 1...120 {
      switch roll(5) {
      case 0...1:
        step += roll(2)
        try journal.append(.edit(step: step, time: 0, edit: .setEpochs(line)))
        commands.append((step, line))
      case 2:
        step += roll(3)
        try journal.append(.checkpoint(step: step, time: 0, file: "f", isBest: false))
        checkpoints.append((step, line))
      case 3:
        step = roll(step + 1)
        try journal.append(.resumed(step: step, time: 0))
        checkpoints.removeAll { $0.step > step }
      default:
        step = roll(step + 1)
        try journal.append(.discarded(step: step, time: 0))
        let written = checkpoints.last { $0.step == step }?.line ?? 0
        commands.removeAll { $0.step > step || ($0.step == step && $0.line > written) }
        checkpoints.removeAll { $0.step > step }
      }
    }
    let contents = try JournalContents.read(path)
    let expected = commands.sorted { ($0.step, $0.line) < ($1.step, $1.line) }
    #expect(contents.edits.map(\.edit) == expected.map { .setEpochs($0.line) })
    #expect(contents.checkpoints.map(\.step) == checkpoints.map(\.step))
  }

  /// A power cut can leave a file with a hole; a stranger's may be nothing else.
  @Test func holesAreSkippedAndWhatStandsAroundThemIsRead() throws {
    let entry = Array(#"{"resumed":{"step":1,"time":5}}"#.utf8) + [UInt8(ascii: "\n")]
    try temporary.write(entry, to: "journal.jsonl")
    #expect(truncate(path, 3 << 40) == 0)
    #expect(try JournalContents.read(path).lastTime == 5)
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    defer { close(descriptor) }
    let late =
      Array("\n".utf8) + Array(#"{"resumed":{"step":1,"time":9}}"#.utf8) + Array("\n{".utf8)
    #expect(pwrite(descriptor, late, late.count, 2 << 40) == late.count)
    let contents = try JournalContents.read(path)
    #expect(contents.lastTime == 9)
    #expect(contents.unreadableLines == [2])
    let journal = try Journal(path: path)
    try journal.append(.resumed(step: 1, time: 11))
    #expect(try JournalContents.read(path).lastTime == 11)
  }

  @Test func millionsOfLinesThatAreNoneAreCountedToAThousand() throws {
    try temporary.write(Array(repeating: UInt8(ascii: "\n"), count: 5_000_000), to: "journal.jsonl")
    #expect(try JournalContents.read(path).unreadableLines == Array(1...1000))
  }

  @Test func lineOfManyMegabytesIsSkipped() throws {
    let long = [UInt8](repeating: UInt8(ascii: "["), count: 40 << 20)
    let entry = #"{"resumed":{"step":1,"time":5}}"#
    try temporary.write(long + Array("\n\(entry)\n".utf8), to: "journal.jsonl")
    let contents = try JournalContents.read(path)
    #expect(contents.unreadableLines == [1])
    #expect(contents.lastTime == 5)
  }

  @Test func missingJournalIsEmpty() throws {
    #expect(try JournalContents.read(path).epochs.isEmpty)
  }

  // MARK: - What a later entry supersedes

  @Test func resumedSupersedesMetricsButNotCommands() throws {
    let journal = try Journal(path: path)
    for step in 1...10 { try journal.append(step: step, [.trainLoss: Float(step)]) }
    try journal.append(epoch(1, step: 5, loss: 1))
    try journal.append(.checkpoint(step: 5, time: 1, file: "a", isBest: false))
    try journal.append(.edit(step: 8, time: 2, edit: .setEpochs(8)))
    try journal.append(epoch(2, step: 10, loss: 2))
    try journal.append(.checkpoint(step: 10, time: 3, file: "b", isBest: false))
    try journal.append(.ended(step: 10, time: 3, how: .stopped, reason: ""))
    try journal.append(.resumed(step: 5, time: 4))
    for step in 6...7 { try journal.append(step: step, [.trainLoss: Float(-step)]) }
    // Made again earlier in the steps than what the journal already has.
    try journal.append(.edit(step: 7, time: 5, edit: .setEpochs(7)))

    let contents = try JournalContents.read(path)
    let loss = contents.history[.trainLoss]
    #expect((0..<loss.count).map { loss[$0].value } == [1, 2, 3, 4, 5, -6, -7])
    #expect(contents.epochs.map(\.epoch) == [1])
    #expect(contents.checkpoints.map(\.file) == ["a"])
    #expect(contents.end == nil)
    #expect(contents.edits.map(\.step) == [7, 8])
    #expect(contents.edits(from: 5).map(\.step) == [7, 8])
    #expect(contents.edits(from: 8).map(\.step) == [8])
  }

  @Test func discardedDropsCommandsMadeAfterTheCheckpoint() throws {
    let journal = try Journal(path: path)
    try journal.append(.edit(step: 5, time: 1, edit: .setEpochs(1)))
    try journal.append(.checkpoint(step: 5, time: 1, file: "a", isBest: false))
    try journal.append(.edit(step: 5, time: 1, edit: .setEpochs(2)))
    try journal.append(.edit(step: 8, time: 2, edit: .setEpochs(3)))
    try journal.append(step: 6, [.trainLoss: 1])
    try journal.append(.discarded(step: 5, time: 3))
    try journal.append(.ended(step: 5, time: 3, how: .stopped, reason: "dropped"))
    let contents = try JournalContents.read(path)
    #expect(contents.edits.map(\.edit) == [.setEpochs(1)])
    #expect(contents.history[.trainLoss].count == 0)
    #expect(contents.end?.reason == "dropped")
  }

  @Test func editsAppliedAgainComeToTheSameSettings() throws {
    let edits: [Edit] = [
      .freeze(layers: ["a", "b"]), .setDropout(layer: "d", rate: 0.1), .thaw(layers: ["a"]),
      .insertDropout(after: "b", rate: 0.2), .setDropout(layer: "b_dropout", rate: 0.4),
      .setMaxNorm(layers: ["a"], limit: 3), .setMaxNorm(layers: [], limit: nil),
      .setMultiplier(layers: ["a"], factor: 0.1), .setMultiplier(layers: ["a"], factor: 1),
    ]
    func apply(_ commands: [Edit], to start: TuningSettings) -> TuningSettings {
      commands.reduce(start) { $0.applying($1) }
    }
    let once = apply(edits, to: TuningSettings())
    for part in 0...edits.count {
      #expect(apply(edits, to: apply(Array(edits[..<part]), to: TuningSettings())) == once)
    }
  }

  // MARK: - A disk that refuses

  @Test func writeThatFailsLosesNothing() async throws {
    await #expect(processExitsWith: .success) {
      let temporary = TemporaryFolder()
      let path = temporary("journal.jsonl")
      let journal = try Journal(path: path)
      try journal.append(.edit(step: 1, time: 1, edit: .setEpochs(1)))
      let before = try InputFile(path: path).size
      UnwillingDisk.limitFiles(to: before + 20)
      for step in 2...3 {
        let error = #expect(throws: FileError.self) {
          try journal.append(.edit(step: step, time: 2, edit: .setEpochs(step)))
        }
        #expect(error?.isOutOfSpace == true)
        // Not half a line more than there was.
        #expect(try InputFile(path: path).size == before)
      }
      UnwillingDisk.liftLimit()
      try journal.append(.edit(step: 4, time: 4, edit: .setEpochs(4)))
      let contents = try JournalContents.read(path)
      #expect(contents.edits.map(\.step) == [1, 2, 3, 4])
      #expect(contents.unreadableLines.isEmpty)
    }
  }

  /// Closed twice, a descriptor is that of another thread by then: its file, its lock, its terminal.
  @Test func aJournalThatCannotBeOpenedClosesNothingOfOthers() async {
    await #expect(processExitsWith: .success) {
      let temporary = TemporaryFolder()
      mkfifo(temporary("pipe"), 0o600)
      let isOver = Atomic(false)
      let stolen = Atomic(0)
      let thread = Thread {
        while !isOver.load(ordering: .relaxed) {
          let own = open("/dev/null", O_RDONLY)
          for _ in 0..<20 where fcntl(own, F_GETFD) < 0 { stolen.add(1, ordering: .relaxed) }
          close(own)
        }
      }
      thread.start()
      for _ in 0..<8_000 {
        #expect(throws: FormatError.self) { try Journal(path: temporary("pipe")) }
      }
      isOver.store(true, ordering: .relaxed)
      #expect(stolen.load(ordering: .relaxed) == 0)
    }
  }
}
