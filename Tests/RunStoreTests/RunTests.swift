import EngineInterface
import Files
import Foundation
import Glibc
import Kernels
import Network
import TestSupport
import Testing

@testable import RunStore

@Suite struct RunTests {
  let temporary = TemporaryFolder()
  var runs: RunsFolder { RunsFolder(path: temporary("deep/runs")) }

  private func newRun(_ name: String? = nil) throws -> Run {
    try runs.create(name: name, model: "/models/still net.h5", options: ["batch": 32]) {
      Fixture.record(named: $0)
    }
  }

  @Test func everyRunGetsAFolderOfItsOwn() throws {
    let first = try newRun()
    let second = try newRun()
    #expect(first.name.hasPrefix("still_net-20"))
    #expect(first.name.hasSuffix("-1"))
    #expect(second.name.hasSuffix("-2"))
    #expect(try runs.runs().map(\.name) == [first.name, second.name])
    #expect(try first.folder.record() == Fixture.record(named: first.name))
    #expect(try first.folder.options([String: Int].self) == ["batch": 32])
  }

  @Test func anExistingRunIsNeverWrittenInto() throws {
    let run = try newRun("mine")
    #expect(throws: RunStoreError.alreadyExists(run: "mine", folder: runs.path)) {
      try newRun("mine")
    }
    #expect(try run.folder.record().name == "mine")
  }

  /// What a process leaves that is killed at each moment of making a run, before it has its record.
  @Test(arguments: [
    [], ["lock"], ["lock", "checkpoints/"], ["lock", "checkpoints/", "journal.jsonl"],
    ["lock", "checkpoints/", "journal.jsonl", ".run.json.77-1.partial"],
  ])
  func theNameOfARunThatNeverBeganCanBeUsedAgain(left: [String]) throws {
    let folder = RunFolder(path: joinPath(runs.path, "mine"))
    try Folder.create(folder.path)
    for name in left {
      if name.hasSuffix("/") {
        try Folder.create(folder.checkpointsPath, exclusively: true)
      } else {
        try temporary.write([], to: "deep/runs/mine/\(name)")
      }
    }
    let run = try newRun("mine")
    #expect(try run.folder.record().name == "mine")
    #expect(try !Folder.names(in: folder.path).contains { $0.hasSuffix(".partial") })
  }

  /// A record that was lost is no reason to write over what was learned.
  @Test(arguments: ["journal.jsonl", "checkpoints/best.safetensors", "notes.txt"])
  func aFolderWithAnythingInItIsNoNewRun(file: String) throws {
    try Folder.create(joinPath(runs.path, "mine/checkpoints"))
    let path = try temporary.write([1], to: "deep/runs/mine/\(file)")
    #expect(throws: RunStoreError.alreadyExists(run: "mine", folder: runs.path)) {
      try newRun("mine")
    }
    #expect(try InputFile.contents(of: path, limit: 10) == [1])
  }

  @Test func aRunThatIsBeingMadeKeepsItsName() throws {
    try Folder.create(joinPath(runs.path, "mine"))
    let held = try RunLock(path: joinPath(runs.path, "mine/lock"))
    #expect(throws: RunStoreError.alreadyExists(run: "mine", folder: runs.path)) {
      try newRun("mine")
    }
    withExtendedLifetime(held) {}
    #expect(Folder.exists(joinPath(runs.path, "mine")))
  }

  @Test(arguments: ["", ".", "..", ".hidden", "a/b", "a\nb", String(repeating: "x", count: 201)])
  func badNamesAreRefused(name: String) {
    #expect(throws: RunStoreError.invalidName(name)) { try newRun(name) }
  }

  @Test func onlyOneProcessTrainsARun() throws {
    var run: Run? = try newRun("mine")
    let folder = try #require(run).folder
    #expect(folder.isInUse)
    #expect(throws: RunStoreError.self) { try Run(opening: folder) }
    run = nil
    #expect(!folder.isInUse)
    run = try Run(opening: folder)
    #expect(folder.isInUse)
  }

  @Test func checkpointRestoresEverything() throws {
    let run = try newRun()
    let model = try Fixture.model(seed: 1)
    let path = try run.write(Fixture.checkpoint(of: model, step: 47), isBest: false, time: 1)
    #expect(path.hasSuffix("/checkpoints/step-00000047.safetensors"))

    let file = try run.folder.checkpoint(.last)
    #expect(file.step == 47)
    #expect(file.settings == TuningSettings(learningRate: 0.01, frozen: ["first"]))
    #expect(file.counters == ["first/p0": 47])
    #expect(try file.state(Fixture.State.self) == Fixture.State())
    let other = try Fixture.model(seed: 2)
    try file.restore(other)
    for (restored, original) in zip(other.allParameters, model.allParameters) {
      #expect(restored.values.values == original.values.values)
    }
    #expect(file.slots.map(\.parameter) == model.allParameters.map(\.name))
    let slot = FloatBuffer(count: 12)
    #expect(try file.read(slot: "m", of: "second/inner/p0", into: slot))
    #expect(slot.values == model.allParameters[2].values.values.map { $0 * 2 })
    #expect(try !file.read(slot: "v", of: "second/inner/p0", into: slot))
  }

  @Test func lastThreeCheckpointsAndTheBestAreKept() throws {
    let run = try newRun()
    let model = try Fixture.model(seed: 1)
    for step in 1...6 {
      model.allParameters[0].values.pointer[0] = Float(step)
      try run.write(Fixture.checkpoint(of: model, step: step), isBest: step <= 2, time: 0)
    }
    #expect(try run.folder.checkpointSteps() == [6, 5, 4])
    let best = try run.folder.bestCheckpoint()
    #expect(best.step == 2)
    try best.restore(model)
    #expect(model.allParameters[0].values.pointer[0] == 2)
    #expect(
      try Folder.names(in: run.folder.checkpointsPath) == [
        "best.safetensors", "step-00000004.safetensors", "step-00000005.safetensors",
        "step-00000006.safetensors",
      ])
  }

  @Test func bestWrittenTwiceLeavesNothingBeside() throws {
    let run = try newRun()
    let model = try Fixture.model(seed: 1)
    for _ in 1...2 {
      try run.write(Fixture.checkpoint(of: model, step: 5), isBest: true, time: 0)
    }
    #expect(
      try Folder.names(in: run.folder.checkpointsPath) == [
        "best.safetensors", "step-00000005.safetensors",
      ])
  }

  /// A run with whole checkpoints of these steps, the first of them the best.
  private func run(withCheckpoints steps: [Int]) throws -> Run {
    let run = try newRun("run")
    let model = try Fixture.model(seed: 1)
    for step in steps {
      try run.write(Fixture.checkpoint(of: model, step: step), isBest: step == steps[0], time: 0)
    }
    return run
  }

  private func truncate(_ path: String) throws {
    let bytes = try InputFile.contents(of: path, limit: 1 << 20)
    try OutputFile.write(bytes.dropLast(3), to: path)
  }

  @Test func damagedCheckpointIsNamedWithWhatThereIsInItsPlace() throws {
    let run = try run(withCheckpoints: [1, 2])
    try truncate(run.folder.checkpointPath(step: 2))
    let error = #expect(throws: RunStoreError.self) { try run.takeUp(.last) }
    guard case .damagedCheckpoint(_, let problem, let choices) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(problem.contains("step-00000002.safetensors"))
    #expect(choices == ["1", "best (step 1)"])
    #expect(try run.folder.checkpointSteps() == [2, 1])
  }

  @Test func wholeBestIsOfferedWhereAllOthersAreDamaged() throws {
    let run = try run(withCheckpoints: [1, 2, 3, 4])
    for step in 2...4 { try truncate(run.folder.checkpointPath(step: step)) }
    let error = #expect(throws: RunStoreError.self) { try run.takeUp(.last) }
    #expect("\(error!)".contains("--from best (step 1)"))
    let (checkpoint, setAside) = try run.takeUp(.best)
    #expect(checkpoint?.step == 1)
    #expect(setAside.count == 3)
    #expect(try run.folder.checkpointSteps().isEmpty)
    #expect(try run.folder.checkpoint(.best).step == 1)
  }

  @Test func goingBackSetsLaterOnesAsideAndLosesNone() throws {
    let run = try run(withCheckpoints: [3, 4, 5])
    for _ in 1...2 {
      #expect(try run.takeUp(.step(4)).checkpoint?.step == 4)
      #expect(try run.folder.checkpointSteps() == [4, 3])
      #expect(try run.folder.checkpoint(.last).step == 4)
      try run.write(
        Fixture.checkpoint(of: try Fixture.model(seed: 1), step: 5), isBest: true, time: 0)
    }
    #expect(try run.takeUp(.step(4)).setAside == ["step-00000005.safetensors", "best.safetensors"])
    let names = try Folder.names(in: run.folder.checkpointsPath)
    #expect(names.filter { $0.hasPrefix("step-00000005.safetensors.aside") }.count == 3)
  }

  @Test(arguments: [CheckpointChoice.step(2), .best, .step(77)])
  func choiceThatIsNotThereMovesNothing(_ choice: CheckpointChoice) throws {
    let run = try run(withCheckpoints: [3, 4])
    unlink(run.folder.bestPath)
    #expect(throws: RunStoreError.noCheckpoint(run: "run", choices: ["4", "3"])) {
      try run.takeUp(choice)
    }
    #expect(try run.folder.checkpointSteps() == [4, 3])
  }

  @Test func checkpointThatCannotBeOpenedIsNotDamaged() async throws {
    await #expect(processExitsWith: .success) {
      let temporary = TemporaryFolder()
      let run = try RunsFolder(path: temporary.path).create(
        name: "run", model: "m", options: [Int]()
      ) { Fixture.record(named: $0) }
      let model = try Fixture.model(seed: 1)
      for step in [1, 2] {
        try run.write(Fixture.checkpoint(of: model, step: step), isBest: true, time: 0)
      }
      let before = try Folder.names(in: run.folder.checkpointsPath)
      // No descriptor is left for it: EMFILE.
      var taken: [Int32] = []
      while true {
        let descriptor = open("/dev/null", O_RDONLY)
        if descriptor < 0 { break }
        taken.append(descriptor)
      }
      // Listing the folder needs one.
      close(taken.removeLast())
      let error = #expect(throws: FileError.self) {
        let steps = try run.folder.checkpointSteps()
        let held = open("/dev/null", O_RDONLY)
        defer { close(held) }
        _ = try run.folder.checkpoint(.step(steps[0]))
      }
      #expect(error?.code == EMFILE)
      #expect(throws: FileError.self) {
        let held = open("/dev/null", O_RDONLY)
        defer { close(held) }
        _ = try run.folder.bestCheckpoint()
      }
      for descriptor in taken { close(descriptor) }
      #expect(try Folder.names(in: run.folder.checkpointsPath) == before)
      #expect(try run.takeUp(.last).checkpoint?.step == 2)
    }
  }

  @Test func checkpointUnderAnotherStepsNameIsDamaged() throws {
    let run = try newRun()
    let model = try Fixture.model(seed: 1)
    try run.write(Fixture.checkpoint(of: model, step: 4), isBest: false, time: 0)
    try Fixture.checkpoint(of: model, step: 3).write(to: run.folder.checkpointPath(step: 8))
    let error = #expect(throws: RunStoreError.self) { try run.takeUp(.last) }
    #expect("\(error!)".contains("--from 4"))
    #expect(try run.takeUp(.step(4)).checkpoint?.step == 4)
    #expect(try run.folder.checkpointSteps() == [4])
  }

  @Test func runWithoutCheckpointSaysSo() throws {
    let run = try newRun("mine")
    #expect(throws: RunStoreError.noCheckpoint(run: "mine", choices: [])) {
      try run.takeUp(.last)
    }
  }

  @Test func checkpointOfAnotherModelChangesNothing() throws {
    let run = try newRun()
    try run.write(
      Fixture.checkpoint(of: try Fixture.model(seed: 1), step: 1), isBest: false, time: 0)
    let file = try run.folder.checkpoint(.last)
    for shapes in [[[3, 4], [5]], [[3, 4]], [[3, 4], [4], [4]]] {
      let other = try Fixture.model(seed: 2, shapes: shapes)
      let before = other.allParameters.map(\.values.values)
      #expect(throws: FormatError.self) { try file.restore(other) }
      #expect(other.allParameters.map(\.values.values) == before)
    }
  }
}

struct MachineDescriptionTests {
  @Test func olderRunsKnowTheProcessorOnly() throws {
    let temporary = TemporaryFolder()
    var text = String(
      decoding: try JSONEncoder().encode(Fixture.record(named: "old")), as: UTF8.self)
    let keys = text.range(of: #""machine":\{[^}]*\}"#, options: .regularExpression)
    text.replaceSubrange(
      try #require(keys, "\(text)"),
      with: #""processor":"an old one","blasCore":"SkylakeX""#)
    let path = try temporary.write(Array("{\"record\":\(text),\"options\":1}".utf8), to: "run.json")
    let record = try RunRecord.read(path)
    #expect(record.machine == MachineDescription(processor: "an old one"))
    #expect(record.name == "old")
  }

  @Test func differencesAreThoseThatBitsHangOn() {
    let here = MachineDescription(
      processor: "one", instructionSet: "AVX-512", build: "release", linearAlgebra: "SkylakeX")
    #expect(here.difference(from: here, solvesHead: true) == nil)
    var there = here
    there.linearAlgebra = "Haswell"
    #expect(here.difference(from: there, solvesHead: false) == nil)
    #expect(here.difference(from: there, solvesHead: true) == "OpenBLAS' kernels for SkylakeX")
    there.processor = "another"
    there.instructionSet = "AVX2 with FMA"
    #expect(here.difference(from: there, solvesHead: false) == "one, a build for AVX-512")
    // What an older run does not say is no difference.
    let older = MachineDescription(processor: "one")
    #expect(older.difference(from: here, solvesHead: true) == nil)
    #expect(
      MachineDescription.processorName(in: "a: b\nmodel name\t: An EPYC 9R14\n") == "An EPYC 9R14")
    #expect(!MachineDescription.current.instructionSet.isEmpty)
  }
}
