import EngineInterface
import Files
import Kernels
import Network
import RunStore

/// A search beside an open run: its trials begin with that run's weights, of which it has a copy. The run does
/// not know of it: they have the queue, the pool of threads and the data in common, and nothing that changes.
/// Belongs to one queue at a time.
final class SideSearch {
  let core: SearchCore
  let beginning: SearchBeginning
  private var telling = SearchTelling()
  private var hasFailed = false
  /// The process is to end, or the run was stopped: it can be gone on with.
  private var hasLeft = false
  /// Whether the last unit of work was the search's.
  private var hadTurn = false

  /// - Parameter folder: where it is kept; `nil`: nowhere.
  /// - Throws: `FileError`, `FormatError` where what is kept of it cannot be gone on with.
  init(_ subject: SearchSubject, _ record: SearchRecord, folder: RunFolder?) throws {
    core = try SearchCore(subject, record, folder: folder)
    beginning = record.beginning ?? SearchBeginning(origin: .now, step: 0)
  }

  // MARK: - Work

  var wantsToRun: Bool { !hasLeft && core.wantsToRun }

  var isUnderWay: Bool { snapshot.isUnderWay }

  /// Whether the next unit of work is the search's: while both have something to do, every other one.
  func takesTurn(besides runWantsToRun: Bool) -> Bool {
    hadTurn = wantsToRun && !(runWantsToRun && hadTurn)
    return hadTurn
  }

  func tick(_ outbox: Outbox) {
    core.tick()
    tell(outbox)
  }

  /// - Returns: why it cannot be done; `nil` where it was.
  func perform(_ control: SearchControl, _ outbox: Outbox) -> Objection? {
    if let failure = core.failure { return .error("\(failure)") }
    defer { tell(outbox) }
    return core.perform(control)
  }

  /// What has come about so far was said in another process.
  func skipWhatIsKnown() { telling.skip(core.planner) }

  private func tell(_ outbox: Outbox) {
    let hasEnded = telling.tell(of: core.planner, to: outbox)
    if hasEnded { keep(outbox) }
    guard let failure = core.failure, !hasFailed else { return }
    hasFailed = true
    outbox.put(.searchFailed("\(failure)"))
  }

  private func keep(_ outbox: Outbox) {
    do {
      try core.leave()
    } catch {
      outbox.put(.searchFailed("\(error)"))
    }
  }

  /// It goes on when the run is opened again, or trains on.
  func leave(_ outbox: Outbox) {
    guard !hasLeft else { return }
    hasLeft = true
    if core.failure == nil { keep(outbox) }
  }

  func comeBack() { hasLeft = false }

  var snapshot: SearchSnapshot {
    var snapshot = core.snapshot()
    snapshot.beginning = beginning
    snapshot.isLeft = hasLeft
    return snapshot
  }
}
