import Dispatch
import EngineInterface
import RunStore
import Synchronization

/// The engine: training on a queue of its own, steered by requests and seen through snapshots.
///
/// One step is one work item, which enqueues the next; an edit or a control is a work item, too, and so
/// takes effect between two steps, in the order sent. Questions are answered beside it. After the last epoch the engine stays, and trains on
/// with `setEpochs` and `resume`.
package final class Engine: EngineControl {
  private struct Mailbox: Sendable {
    var snapshot: EngineSnapshot
    var history = History()
    var events = EventLog()
    var replies: [Reply] = []
    var failure: (any Error)?
  }

  private let queue = DispatchQueue(label: "thaw.engine", qos: .userInitiated)
  /// Where questions are answered that training need not wait for.
  private let questions = DispatchQueue(label: "thaw.questions", qos: .utility)
  private let mailbox: Mutex<Mailbox>
  private let onChange: @Sendable () -> Void
  private let state: Confined

  /// What only work items on `queue` touch.
  ///
  /// Unchecked: the queue is serial, and nothing else refers to it.
  private final class Confined: @unchecked Sendable {
    let core: EngineCore
    var isScheduled = false
    var isSavingScheduled = false
    var lastPublication: ContinuousClock.Instant?
    var revision: UInt64 = 0

    init(_ core: sending EngineCore) {
      self.core = core
    }
  }

  /// Returns at once; everything else happens on the engine's queue.
  ///
  /// - Parameters:
  ///   - model: as the screen names it.
  ///   - prepare: reads model and data and makes or opens the run, on the engine's queue; says with
  ///     the closure that it is given what it is busy with. What it throws is the run's failure.
  ///   - onChange: called from the engine's queue when there is a new snapshot or event, at most
  ///     some 30 times a second between changes of state; must not block.
  package init(
    configuration: EngineConfiguration, model: String, start: EngineStart = .new,
    prepare: @escaping @Sendable (_ progress: (PreparationStage) -> Void) throws -> EngineInputs,
    onChange: @escaping @Sendable () -> Void = {}
  ) {
    let core = EngineCore(configuration: configuration, model: model, start: start)
    mailbox = Mutex(Mailbox(snapshot: core.makeSnapshot()))
    state = Confined(core)
    self.onChange = onChange
    queue.async { [self] in
      state.core.prepare {
        try prepare { stage in
          state.core.notePreparation(stage)
          publish(isUrgent: true)
        }
      }
      publish(isUrgent: true)
      scheduleWork()
    }
  }

  package func send(_ request: Request, id: RequestID) {
    queue.async { [self] in
      if case .question(let question) = request { answer(question, id) }
      state.core.perform(request, id: id)
      publish(isUrgent: true)
      scheduleWork()
    }
  }

  package var snapshot: EngineSnapshot { mailbox.withLock { $0.snapshot } }

  package func update(after mark: HistoryMark) -> EngineUpdate {
    let (snapshot, history) = mailbox.withLock { ($0.snapshot, $0.history) }
    return EngineUpdate(snapshot: snapshot, history: history.delta(after: mark))
  }

  package func events(after number: UInt64) -> [NumberedEvent] {
    mailbox.withLock { $0.events.events(after: number) }
  }

  package func takeReplies(to sender: UInt64) -> [Reply] {
    mailbox.withLock { mailbox in
      defer { mailbox.replies.removeAll { $0.id.sender == sender } }
      return mailbox.replies.filter { $0.id.sender == sender }
    }
  }

  /// Why the run failed, as it was thrown; `nil` while it has not.
  package var failure: (any Error)? { mailbox.withLock { $0.failure } }

  // MARK: - On the queue

  private static let publicationInterval = Duration.milliseconds(33)
  /// Between two attempts at a checkpoint that could not be written.
  private static let savingInterval = DispatchTimeInterval.seconds(5)

  private func scheduleWork() {
    scheduleSaving()
    guard !state.isScheduled, state.core.wantsToRun else { return }
    state.isScheduled = true
    // An engine that nobody holds any more stops after the step it is in.
    queue.async { [weak self] in
      guard let self else { return }
      state.isScheduled = false
      state.core.tick()
      publish(isUrgent: !state.core.wantsToRun)
      scheduleWork()
    }
  }

  /// Nobody need be there: when there is room again, what is not saved yet is.
  private func scheduleSaving() {
    guard !state.isSavingScheduled, state.core.isUnsaved else { return }
    state.isSavingScheduled = true
    queue.asyncAfter(deadline: .now() + Self.savingInterval) { [weak self] in
      guard let self else { return }
      state.isSavingScheduled = false
      state.core.trySaving()
      publish(isUrgent: true)
      scheduleWork()
    }
  }

  private func publish(isUrgent: Bool) {
    let events = state.core.takeEvents()
    let now = ContinuousClock.now
    let isDue =
      state.lastPublication.map { now - $0 >= Self.publicationInterval } ?? true
    guard isUrgent || !events.isEmpty || isDue else { return }
    state.lastPublication = now
    state.revision += 1
    var snapshot = state.core.makeSnapshot()
    snapshot.revision = state.revision
    let failure = state.core.failure
    let history = state.core.history
    mailbox.withLock { mailbox in
      mailbox.snapshot = snapshot
      mailbox.history = history
      mailbox.events.append(events)
      mailbox.failure = failure
    }
    onChange()
  }

  // MARK: - Questions

  private func answer(_ question: Question, _ id: RequestID) {
    let folder = state.core.run?.folder.parent
    let view = state.core.dataView
    questions.async { [self] in
      let answer = question.answered(in: folder, view: view)
      mailbox.withLock { $0.replies.append(Reply(id: id, answer: answer)) }
      onChange()
    }
  }
}
