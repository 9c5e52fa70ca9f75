import Files
import Glibc

/// A run on disk, for whoever wants to read it. Whoever trains it holds a `Run`.
package struct RunFolder: Sendable, Equatable {
  package let path: String

  package init(path: String) {
    self.path = path
  }

  package var name: String { splitPath(path).name }
  package var logPath: String { joinPath(path, "log.txt") }
  /// Features of the frozen prefix, when they outgrow memory.
  package var cachePath: String { joinPath(path, "cache") }
  package var journalPath: String { joinPath(path, "journal.jsonl") }
  package var checkpointsPath: String { joinPath(path, "checkpoints") }
  package var bestPath: String { joinPath(checkpointsPath, "best.safetensors") }
  package var recordPath: String { joinPath(path, "run.json") }
  var lockPath: String { joinPath(path, "lock") }

  /// - Throws: `FileError`, `FormatError`.
  package func record() throws -> RunRecord {
    try RunRecord.read(recordPath)
  }

  /// The caller's own options, as `RunsFolder.create` was given them.
  package func options<Options: Decodable>(_ type: Options.Type) throws -> Options {
    try RunRecord.readOptions(type, recordPath)
  }

  package func journal() throws -> JournalContents {
    try JournalContents.read(journalPath)
  }

  /// Whether a living process trains it.
  package var isInUse: Bool { RunLock.isHeld(lockPath) }

  /// Whether it holds no more than a run that is being made does before it has its record.
  var isNeverBegun: Bool {
    guard let names = try? Folder.names(in: path) else { return false }
    return names.allSatisfy { name in
      switch joinPath(path, name) {
      case lockPath: true
      case journalPath: (try? InputFile(path: journalPath))?.size == 0
      case checkpointsPath: (try? Folder.names(in: checkpointsPath))?.isEmpty == true
      default: name.hasSuffix(OutputFile.partialSuffix)
      }
    }
  }

  // MARK: - Checkpoints

  private static let stepPrefix = "step-"
  private static let suffix = ".safetensors"

  func checkpointPath(step: Int) -> String {
    let digits = String(step)
    let padded = String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    return joinPath(checkpointsPath, Self.stepPrefix + padded + Self.suffix)
  }

  /// Steps of which there is a checkpoint, descending. Whether it can be read is another matter.
  package func checkpointSteps() throws -> [Int] {
    let names: [String]
    do {
      names = try Folder.names(in: checkpointsPath)
    } catch let error as FileError where error.isMissing {
      return []
    }
    return names.compactMap { name in
      guard name.hasPrefix(Self.stepPrefix), name.hasSuffix(Self.suffix) else { return nil }
      let digits = name.dropFirst(Self.stepPrefix.count).dropLast(Self.suffix.count)
      // Only names as this program writes them: no `+5`, no other number of zeros.
      guard let step = Int(digits), step >= 0, checkpointPath(step: step).hasSuffix("/" + name)
      else { return nil }
      return step
    }.sorted(by: >)
  }

  /// The last checkpoint that can be read, and what is wrong with later ones.
  /// - Throws: `RunStoreError.noCheckpoint`.
  package func lastCheckpoint() throws -> (checkpoint: CheckpointFile, damaged: [String]) {
    var damaged: [String] = []
    for step in try checkpointSteps() {
      do {
        let file = try CheckpointFile(path: checkpointPath(step: step))
        guard file.step == step else {
          throw FormatError(
            path: file.path, expected: "the checkpoint of step \(step)",
            found: "that of step \(file.step)")
        }
        return (file, damaged)
      } catch {
        damaged.append("\(error)")
      }
    }
    throw RunStoreError.noCheckpoint(run: name, damaged: damaged)
  }

  /// The best one where there is one, else the last: what `predict` and `export` take.
  package func bestCheckpoint() throws -> CheckpointFile {
    if let best = try? CheckpointFile(path: bestPath) { return best }
    return try lastCheckpoint().checkpoint
  }

  /// Takes away a run that could not be made: only what is empty or was just written.
  func removeUnfinished() {
    for file in [recordPath, lockPath, journalPath] { unlink(file) }
    rmdir(checkpointsPath)
    rmdir(path)
  }
}
