import EngineInterface
import Files
import FoundationEssentials
import RunStore

/// What is kept of a run while it trains: its journal and its checkpoints, and what is in neither yet.
/// Belongs to one queue at a time.
final class RunRecorder {
  /// A checkpoint, and what is known of the run at it.
  struct SavedPlace {
    var path: String
    var step: Int
    var learningRate: Double
    /// Edits that it contains.
    var editCount: Int
  }

  /// What stands in memory, beside what is in the last checkpoint.
  enum Work {
    /// Nothing that is not in a checkpoint.
    case saved
    /// Steps or edits that are in none yet; the best of the run so far, or not.
    case unsaved(isBest: Bool)
  }

  /// `nil`: the run is kept nowhere.
  let run: Run?
  var lastCheckpoint: SavedPlace?
  private(set) var work = Work.saved
  /// Work was dropped on the way out: what stands in memory is no longer what the journal says.
  private(set) var isDropped = false
  private var hasJournalTrouble = false
  private let outbox: Outbox

  init(_ run: Run?, _ outbox: Outbox) {
    self.run = run
    self.outbox = outbox
  }

  static var now: Double { Date().timeIntervalSince1970 }

  var hasUnsavedWork: Bool { if case .unsaved = work { true } else { false } }

  /// Something was trained or edited.
  func noteWork(isBest: Bool = false) { work = .unsaved(isBest: isBest) }

  /// What stands in memory is that of the last checkpoint, or not to be kept.
  func forgetWork() { work = .saved }

  // MARK: - Journal

  /// Does something with the journal. What it cannot write is said once and tried again with the
  /// next entry: a full disk does not end training.
  func journal(_ body: (Journal) throws -> Void) {
    guard let journal = run?.journal else { return }
    do {
      try body(journal)
      hasJournalTrouble = false
    } catch {
      if !hasJournalTrouble { outbox.put(.journalUnwritable("\(error)")) }
      hasJournalTrouble = true
    }
  }

  func append(_ entry: JournalEntry) { journal { try $0.append(entry) } }

  /// The person drops what came after the last checkpoint.
  /// - Returns: the step that is gone back to.
  func dropWork() -> Int {
    isDropped = true
    let step = lastCheckpoint?.step ?? 0
    append(.discarded(step: step, time: Self.now))
    return step
  }

  // MARK: - Checkpoints

  /// - Parameters:
  ///   - editCount: edits made so far.
  ///   - isTold: whether a failure is an event.
  /// - Returns: why it could not be written; `nil` where it was, or nothing is to be kept.
  @discardableResult
  func writeCheckpoint(of trainer: Trainer, editCount: Int, isTold: Bool = true) -> (any Error)? {
    guard let run else { return nil }
    var isBest = false
    if case .unsaved(isBest: true) = work { isBest = true }
    do {
      let path = try writingWithRoom(trainer) {
        try run.write(trainer.checkpoint(), isBest: isBest, time: Self.now)
      }
      lastCheckpoint = SavedPlace(
        path: path, step: trainer.progress.step, learningRate: trainer.settings.learningRate,
        editCount: editCount)
      work = .saved
      outbox.put(.checkpointWritten(path: path, step: trainer.progress.step))
      return nil
    } catch {
      if isTold { outbox.put(.checkpointUnwritable("\(error)")) }
      return error
    }
  }

  /// Writes something; where the disk is full, once more after the feature cache has given way.
  private func writingWithRoom<Result>(_ trainer: Trainer, _ write: () throws -> Result) throws
    -> Result
  {
    do {
      return try write()
    } catch let error as FileError where error.isOutOfSpace {
      guard trainer.giveUpCacheFiles() else { throw error }
      return try write()
    }
  }

  /// The checkpoint to go on from; `nil`: there is none yet, or the beginning was asked for.
  func takeUp(_ choice: CheckpointChoice) throws -> CheckpointFile? {
    guard let run else { return nil }
    do {
      let (checkpoint, setAside) = try run.takeUp(choice)
      if !setAside.isEmpty { outbox.put(.setAside(setAside)) }
      return checkpoint
    } catch RunStoreError.noCheckpoint(_, choices: []) where choice == .last {
      // Killed before its first one, a run has lost nothing by beginning again. But one that had some
      // has.
      if let lost = try run.folder.journal().checkpoints.last, lost.step > 0 {
        throw RunStoreError.lostCheckpoints(run: run.name, step: lost.step)
      }
      return nil
    }
  }
}
