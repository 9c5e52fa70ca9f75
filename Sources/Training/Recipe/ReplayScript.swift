import EngineInterface
import RunStore

/// What a replay of a run does, and what is to come of it.
package struct ReplayScript: Sendable {
  package let original: RunFolder
  /// Of the original's last checkpoint, at which the replay ends.
  package let step: Int
  let edits: [JournaledEdit]

  /// - Throws: `RunStoreError` where there is no checkpoint to compare with; `FileError`, `FormatError`.
  package init(of original: RunFolder) throws {
    self.original = original
    let checkpoint = try original.checkpoint(.last)
    step = checkpoint.step
    edits = try original.journal().edits(inCheckpointOf: step)
  }

  package var start: EngineStart { .replay(edits, to: step, files: original) }

  /// What is wrong with the weights that a replay has come to; `nil` where they are the original's.
  /// - Throws: `RunStoreError`, `FileError`, `FormatError`.
  package func difference(in replay: RunFolder) throws -> ReplayDifference? {
    let checkpoint = try replay.checkpoint(.step(step))
    guard
      let parameter = try checkpoint.firstDifference(from: original.checkpoint(.step(step)))
    else { return nil }
    let (before, now) = (try original.record(), try replay.record())
    let machine = before.machine.difference(from: now.machine, solvesHead: true)
    let version = "version \(before.programVersion)"
    return ReplayDifference(
      original: original.name, step: step, parameter: parameter,
      trainedOn: before.programVersion == now.programVersion ? machine : machine ?? version)
  }
}

/// A replay that has not come to the weights of its original.
package struct ReplayDifference: Error, CustomStringConvertible {
  package let original: String
  package let step: Int
  /// The first that differs.
  package let parameter: String
  /// What the original was trained on, where that is not this program on this machine.
  package let trainedOn: String?

  package var description: String {
    "expected the weights of \(original) at step \(step), found others in \(parameter)"
      + (trainedOn.map { ": it was trained by \($0)" } ?? "")
  }
}
