import Files
import Glibc

/// A run on disk, for whoever wants to read it. Whoever trains it holds a `Run`.
package struct RunFolder: Sendable, Equatable {
  package let path: String

  package init(path: String) {
    self.path = path
  }

  package var name: String { splitPath(path).name }
  /// The folder that it lies in, beside others.
  package var parent: RunsFolder { RunsFolder(path: splitPath(path).folder) }
  package var logPath: String { joinPath(path, "log.txt") }
  /// Features of the frozen prefix, when they outgrow memory.
  package var cachePath: String { joinPath(path, "cache") }
  package var journalPath: String { joinPath(path, "journal.jsonl") }
  package var checkpointsPath: String { joinPath(path, "checkpoints") }
  package var bestPath: String { joinPath(checkpointsPath, "best.safetensors") }
  package var recordPath: String { joinPath(path, "run.json") }
  /// A line an epoch.
  package var resultsPath: String { joinPath(path, "results.csv") }
  /// What the last validation took for what.
  package var confusionPath: String { joinPath(path, "confusion.csv") }
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
      case lockPath, searchPath: true
      case journalPath: (try? InputFile(path: journalPath))?.size == 0
      case checkpointsPath: (try? Folder.names(in: checkpointsPath))?.isEmpty == true
      default: name.hasSuffix(OutputFile.partialSuffix)
      }
    }
  }

  // MARK: - Checkpoints

  private static let stepPrefix = "step-"
  private static let suffix = ".safetensors"

  package func checkpointPath(step: Int) -> String {
    joinPath(
      checkpointsPath, Self.stepPrefix + NumberText.padded(step, digits: 8) + Self.suffix)
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

  /// The checkpoint that was chosen. Nothing else is taken in its place: what could not be opened may
  /// be there again in a moment, and what is damaged is the person's to decide on.
  /// - Throws: `RunStoreError.damagedCheckpoint` where it was read and found bad, with what there is in
  ///   its place; `RunStoreError.noCheckpoint`; `FileError` where it cannot be read.
  package func checkpoint(_ choice: CheckpointChoice) throws -> CheckpointFile {
    switch choice {
    case .best: return try checkpoint(at: bestPath, step: nil)
    case .step(let step): return try checkpoint(at: checkpointPath(step: step), step: step)
    case .last:
      // A run that is being trained removes the oldest ones meanwhile.
      for _ in 0..<3 {
        guard let step = try checkpointSteps().first else { break }
        do {
          return try checkpoint(at: checkpointPath(step: step), step: step)
        } catch RunStoreError.noCheckpoint {}
      }
      throw RunStoreError.noCheckpoint(run: name, choices: choices(without: nil))
    }
  }

  /// The best one, or the last of a run that has none yet: what `predict` and `export` take.
  /// - Throws: as `checkpoint`.
  package func bestCheckpoint() throws -> CheckpointFile {
    access(bestPath, F_OK) == 0 || errno != ENOENT ? try checkpoint(.best) : try checkpoint(.last)
  }

  private func checkpoint(at path: String, step: Int?) throws -> CheckpointFile {
    do {
      let file = try CheckpointFile(path: path)
      guard step == nil || file.step == step else {
        throw FormatError(
          path: path, expected: "the checkpoint of step \(step!)",
          found: "that of step \(file.step)")
      }
      return file
    } catch let error as FormatError {
      throw RunStoreError.damagedCheckpoint(
        run: name, problem: "\(error)", choices: choices(without: path))
    } catch let error as FileError where error.isMissing {
      throw RunStoreError.noCheckpoint(run: name, choices: choices(without: path))
    }
  }

  /// What can be gone on from, as `--from` takes it; the latest first.
  private func choices(without path: String?) -> [String] {
    let steps = ((try? checkpointSteps()) ?? []).filter { step in
      let other = checkpointPath(step: step)
      return other != path && (try? CheckpointFile(path: other))?.step == step
    }
    let best = bestPath == path ? nil : (try? CheckpointFile(path: bestPath))?.step
    return steps.map(String.init) + (best.map { ["best (step \($0))"] } ?? [])
  }

  /// Takes away a run that could not be made: only what is empty or was just written.
  package func removeUnfinished() {
    for file in [
      recordPath, lockPath, journalPath, logPath, searchPath, searchJournalPath, startPath,
    ] {
      unlink(file)
    }
    rmdir(checkpointsPath)
    rmdir(trialsPath)
    rmdir(path)
  }
}
