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
    var search: SearchSnapshot?
    var experiment: ExperimentSnapshot?
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
    let work: any EngineWork
    /// Reads what is to be worked on.
    let begin: (_ progress: (PreparationStage) -> Void) -> Void
    let publicationInterval: Duration
    var isScheduled = false
    var isSavingScheduled = false
    var lastPublication: ContinuousClock.Instant?
    var revision: UInt64 = 0

    init<Work: EngineWork>(
      _ work: sending Work,
      prepare: @escaping @Sendable (_ progress: (PreparationStage) -> Void) throws -> Work.Inputs
    ) {
      self.work = work
      publicationInterval = Work.publicationInterval
      begin = { progress in work.prepare { try prepare(progress) } }
    }
  }

  /// Trains a run. Returns at once; everything else happens on the engine's queue.
  ///
  /// - Parameters:
  ///   - model: as the screen names it.
  ///   - prepare: reads model and data and makes or opens the run, on the engine's queue; says with
  ///     the closure that it is given what it is busy with. What it throws is the run's failure.
  ///   - onChange: called from the engine's queue when there is a new snapshot or event, at most
  ///     some 30 times a second between changes of state; must not block.
  package convenience init(
    configuration: EngineConfiguration, model: String, start: EngineStart = .new,
    prepare: @escaping @Sendable (_ progress: (PreparationStage) -> Void) throws -> EngineInputs,
    onChange: @escaping @Sendable () -> Void = {}
  ) {
    self.init(
      EngineCore(configuration: configuration, model: model, start: start), prepare: prepare,
      onChange: onChange)
  }

  init<Work: EngineWork>(
    _ work: sending Work,
    prepare: @escaping @Sendable (_ progress: (PreparationStage) -> Void) throws -> Work.Inputs,
    onChange: @escaping @Sendable () -> Void
  ) {
    mailbox = Mutex(Mailbox(snapshot: work.makeSnapshot(), search: work.search))
    state = Confined(work, prepare: prepare)
    self.onChange = onChange
    queue.async { [self] in
      state.begin { stage in
        state.work.notePreparation(stage)
        publish(isUrgent: true)
      }
      publish(isUrgent: true)
      scheduleWork()
    }
  }

  package func send(_ request: Request, id: RequestID) {
    queue.async { [self] in
      if case .question(let question) = request { answer(question, id) }
      state.work.perform(request, id: id)
      publish(isUrgent: true)
      scheduleWork()
    }
  }

  package var snapshot: EngineSnapshot { mailbox.withLock { $0.snapshot } }

  package var search: SearchSnapshot? { mailbox.withLock { $0.search } }

  package var experiment: ExperimentSnapshot? { mailbox.withLock { $0.experiment } }

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

  /// Between two attempts at a checkpoint that could not be written.
  private static let savingInterval = DispatchTimeInterval.seconds(5)

  private func scheduleWork() {
    scheduleSaving()
    guard !state.isScheduled, state.work.wantsToRun else { return }
    state.isScheduled = true
    // An engine that nobody holds any more stops after the step it is in.
    queue.async { [weak self] in
      guard let self else { return }
      state.isScheduled = false
      state.work.tick()
      publish(isUrgent: !state.work.wantsToRun)
      scheduleWork()
    }
  }

  /// Nobody need be there: when there is room again, what is not saved yet is.
  private func scheduleSaving() {
    guard !state.isSavingScheduled, state.work.isUnsaved else { return }
    state.isSavingScheduled = true
    queue.asyncAfter(deadline: .now() + Self.savingInterval) { [weak self] in
      guard let self else { return }
      state.isSavingScheduled = false
      state.work.trySaving()
      publish(isUrgent: true)
      scheduleWork()
    }
  }

  private func publish(isUrgent: Bool) {
    let events = state.work.takeEvents()
    let now = ContinuousClock.now
    let isDue =
      state.lastPublication.map { now - $0 >= state.publicationInterval } ?? true
    guard isUrgent || !events.isEmpty || isDue else { return }
    state.lastPublication = now
    state.revision += 1
    var snapshot = state.work.makeSnapshot()
    snapshot.revision = state.revision
    var search = state.work.search
    search?.revision = state.revision
    var experiment = state.work.experiment
    experiment?.revision = state.revision
    let failure = state.work.failure
    let history = state.work.history
    mailbox.withLock { [snapshot, search, experiment] mailbox in
      mailbox.snapshot = snapshot
      mailbox.search = search
      mailbox.experiment = experiment
      mailbox.history = history
      mailbox.events.append(events)
      mailbox.failure = failure
    }
    onChange()
  }

  // MARK: - Questions

  private func answer(_ question: Question, _ id: RequestID) {
    let answering = state.work.answering
    questions.async { [self] in
      let answer = answering(question)
      mailbox.withLock { $0.replies.append(Reply(id: id, answer: answer)) }
      onChange()
    }
  }
}
