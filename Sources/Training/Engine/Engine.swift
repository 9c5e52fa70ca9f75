import Dispatch
import EngineInterface
import RunStore
import Synchronization

/// The engine: training on a queue of its own, steered by commands and seen through snapshots.
///
/// One step is one work item, which enqueues the next; a command is a work item, too, and so takes
/// effect between two steps, in the order sent. After the last epoch the engine stays, and trains on
/// with `setEpochs` and `resume`.
package final class Engine: EngineControl {
  private struct Mailbox: Sendable {
    var snapshot: EngineSnapshot
    var events: [EngineEvent] = []
    var nextCommand: CommandID = 1
    var failure: (any Error)?
  }

  private let queue = DispatchQueue(label: "thaw.engine", qos: .userInitiated)
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
    var publishedState: EngineSnapshot.State?

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
    prepare: @escaping @Sendable (_ progress: (String) -> Void) throws -> EngineInputs,
    onChange: @escaping @Sendable () -> Void = {}
  ) {
    let core = EngineCore(configuration: configuration, model: model, start: start)
    mailbox = Mutex(Mailbox(snapshot: core.makeSnapshot()))
    state = Confined(core)
    self.onChange = onChange
    queue.async { [self] in
      state.core.prepare {
        try prepare { text in
          state.core.notePreparation(text)
          publish(isUrgent: true)
        }
      }
      publish(isUrgent: true)
      scheduleWork()
    }
  }

  @discardableResult
  package func send(_ command: EngineCommand) -> CommandID {
    // Numbered and enqueued under one lock: the order of the numbers is the order on the queue.
    mailbox.withLock { mailbox in
      let id = mailbox.nextCommand
      mailbox.nextCommand += 1
      queue.async { [self] in
        state.core.perform(command, id: id)
        publish(isUrgent: true)
        scheduleWork()
      }
      return id
    }
  }

  package var snapshot: EngineSnapshot { mailbox.withLock { $0.snapshot } }

  package func takeEvents() -> [EngineEvent] {
    mailbox.withLock { mailbox in
      defer { mailbox.events = [] }
      return mailbox.events
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
    mailbox.withLock { mailbox in
      mailbox.snapshot = snapshot
      mailbox.events += events
      mailbox.failure = failure
    }
    onChange()
  }
}
