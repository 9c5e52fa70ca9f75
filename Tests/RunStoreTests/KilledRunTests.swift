import Dispatch
import EngineInterface
import Files
import Glibc
import Kernels
import TestSupport
import Testing

@testable import RunStore

/// A process that is killed while it writes leaves a run that can be resumed.
@Suite struct KilledRunTests {
  /// Trains without end, in so far as that means writing.
  private static func train(_ folder: RunFolder) throws {
    let run = try Run(opening: folder)
    let model = try Fixture.model(seed: 1, shapes: [[300, 100], [100]])
    var step = (try? run.folder.checkpoint(.last).step) ?? 0
    try run.journal.append(.resumed(step: step, time: 0))
    while true {
      step += 1
      try run.journal.append(step: step, [.trainLoss: Float(step)])
      try run.journal.append(.edit(step: step, time: 0, edit: .setEpochs(step)))
      model.allParameters[0].values.pointer.update(repeating: Float(step), count: 30_000)
      try run.write(Fixture.checkpoint(of: model, step: step), isBest: step % 3 == 1, time: 0)
    }
  }

  @Test func killedAtAnyMomentItCanBeResumed() async throws {
    let temporary = TemporaryFolder()
    let runs = RunsFolder(path: temporary.path)
    let path = try runs.create(name: "run", model: "m", options: [Int]()) {
      Fixture.record(named: $0)
    }.folder.path
    var last = 0
    var milliseconds = 20
    // Six kills after a first checkpoint was there, however slow the machine.
    var kills = 0
    while kills < 6, milliseconds < 5000 {
      milliseconds += 17
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [path = path as String, milliseconds = milliseconds as Int] in
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds)) {
          kill(getpid(), SIGKILL)
        }
        try Self.train(RunFolder(path: path))
      }
      let folder = RunFolder(path: path)
      #expect(!folder.isInUse)
      let run = try Run(opening: folder)
      let journal = try folder.journal()
      #expect(journal.unreadableLines.isEmpty)
      let names = try Folder.names(in: folder.checkpointsPath)
      #expect(!names.contains { $0.hasSuffix(OutputFile.partialSuffix) })
      guard let file = try? run.folder.checkpoint(.last) else { continue }
      // What the journal calls a checkpoint is there, and nothing that was there has gone.
      #expect(file.step >= journal.checkpoints.last?.step ?? 0)
      #expect(file.step >= last)
      #expect(journal.edits.last?.step ?? 0 >= file.step)
      last = file.step
      kills += 1
      let model = try Fixture.model(seed: 2, shapes: [[300, 100], [100]])
      for checkpoint in [file, try folder.bestCheckpoint()] {
        try checkpoint.restore(model)
        let values = model.allParameters[0].values.values
        #expect(values.allSatisfy { $0 == Float(checkpoint.step) })
      }
    }
    #expect(kills == 6)
  }
}
