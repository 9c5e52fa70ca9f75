import Files
import Glibc

/// A run that this process trains: nobody else can while this lives. Belongs to one queue at a
/// time.
package final class Run {
  package let folder: RunFolder
  package let journal: Journal
  private let lock: RunLock

  /// Checkpoints that are kept beside the best.
  private static let kept = 3

  package var name: String { folder.name }

  /// Takes hold of a run that exists.
  /// - Throws: `RunStoreError.inUse`, `FileError`, `FormatError`.
  package convenience init(opening folder: RunFolder) throws {
    _ = try folder.record()
    try self.init(holding: folder)
  }

  convenience init(new folder: RunFolder) throws {
    try self.init(holding: folder)
  }

  private init(holding folder: RunFolder) throws {
    self.folder = folder
    do {
      lock = try RunLock(path: folder.lockPath)
    } catch let held as RunLock.Held {
      throw RunStoreError.inUse(run: folder.name, process: held.process)
    }
    try Folder.create(folder.checkpointsPath, exclusively: false)
    Self.removePartialFiles(in: folder.checkpointsPath)
    Self.removePartialFiles(in: folder.path)
    journal = try Journal(path: folder.journalPath)
  }

  /// What a killed process was writing when it died.
  private static func removePartialFiles(in folder: String) {
    for name in (try? Folder.names(in: folder)) ?? [] where name.hasSuffix(OutputFile.partialSuffix)
    {
      unlink(joinPath(folder, name))
    }
  }

  // MARK: - Checkpoints

  /// Writes a checkpoint and its line in the journal, then removes all but the last three and the
  /// best.
  ///
  /// - Returns: its path.
  /// - Throws: `FileError`; the earlier checkpoints are then all still there.
  @discardableResult
  package func write(_ checkpoint: Checkpoint, isBest: Bool, time: Double) throws -> String {
    try Folder.create(folder.checkpointsPath, exclusively: false)
    // The journal first: what led to the checkpoint is then never younger than it.
    try journal.synchronize()
    let path = folder.checkpointPath(step: checkpoint.step)
    try checkpoint.write(to: path)
    if isBest { try makeBest(path) }
    try journal.append(
      .checkpoint(
        step: checkpoint.step, time: time, file: splitPath(path).name, isBest: isBest))
    for step in try folder.checkpointSteps().dropFirst(Self.kept) where step != checkpoint.step {
      unlink(folder.checkpointPath(step: step))
    }
    return path
  }

  /// The checkpoint to go on from; `nil` for the run's beginning. Later ones, and a best one that is
  /// later, belong to a course that is left: they are set aside under names that no longer count, and
  /// nothing of them is lost.
  ///
  /// - Returns: the checkpoint, and the names of what was set aside.
  /// - Throws: as `RunFolder.checkpoint`; nothing has been moved then.
  package func takeUp(_ choice: CheckpointChoice) throws -> (
    checkpoint: CheckpointFile?, setAside: [String]
  ) {
    guard choice != .last else { return (try folder.checkpoint(.last), []) }
    let checkpoint = choice == .step(0) ? nil : try folder.checkpoint(choice)
    let start = checkpoint?.step ?? 0
    var later = try folder.checkpointSteps().filter { $0 > start }.map(folder.checkpointPath)
    if choice != .best, access(folder.bestPath, F_OK) == 0,
      (try? CheckpointFile(path: folder.bestPath))?.step ?? .max > start
    {
      later.append(folder.bestPath)
    }
    for path in later { try setAside(path) }
    return (checkpoint, later.map { splitPath($0).name })
  }

  private func setAside(_ path: String) throws {
    var destination = path + ".aside"
    var number = 1
    while access(destination, F_OK) == 0 {
      number += 1
      destination = path + ".aside-\(number)"
    }
    guard rename(path, destination) == 0 else {
      throw FileError(path: path, action: "rename", code: errno)
    }
  }

  /// Gives a checkpoint its second name in one rename; on file systems without links, as a copy.
  private func makeBest(_ path: String) throws {
    let partial = folder.bestPath + ".\(getpid())" + OutputFile.partialSuffix
    unlink(partial)
    guard link(path, partial) == 0 else {
      try copy(path, to: folder.bestPath)
      return
    }
    // Where both names are links to one file already, rename does nothing and leaves them.
    defer { unlink(partial) }
    guard rename(partial, folder.bestPath) == 0 else {
      throw FileError(path: folder.bestPath, action: "write", code: errno)
    }
    try Folder.synchronize(folder.checkpointsPath)
  }

  func copy(_ path: String, to destination: String) throws {
    let source = try InputFile(path: path)
    let output = try OutputFile(path: destination)
    let piece = 1 << 20
    for offset in stride(from: 0, to: source.size, by: piece) {
      try output.write(source.bytes(at: offset, count: min(piece, source.size - offset)))
    }
    try output.commit()
  }
}
