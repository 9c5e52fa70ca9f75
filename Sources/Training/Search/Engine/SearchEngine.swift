import Dispatch
import EngineInterface
import Synchronization

/// A search on a queue of its own, steered by requests and seen through snapshots, as `Engine` is a run's.
///
/// One step of a trial is one work item, which enqueues the next; what a person asks for is one, too, and
/// so takes effect between two steps.
package final class SearchEngine: EngineControl {
  private struct Mailbox: Sendable {
    var snapshot: EngineSnapshot
    var search: SearchSnapshot
    var events = EventLog()
    var replies: [Reply] = []
    var failure: (any Error)?
  }

  private let queue = DispatchQueue(label: "thaw.search", qos: .userInitiated)
  /// Where questions are answered that trials need not wait for.
  private let questions = DispatchQueue(label: "thaw.questions", qos: .utility)
  private let mailbox: Mutex<Mailbox>
  private let onChange: @Sendable () -> Void
  private let state: Confined

  /// What only work items on `queue` touch.
  ///
  /// Unchecked: the queue is serial, and nothing else refers to it.
  private final class Confined: @unchecked Sendable {
    let course: SearchCourse
    var isScheduled = false
    var lastPublication: ContinuousClock.Instant?
    var revision: UInt64 = 0

    init(_ course: sending SearchCourse) {
      self.course = course
    }
  }

  /// Returns at once; everything else happens on the engine's queue.
  ///
  /// - Parameters:
  ///   - model: as the screen names it.
  ///   - prepare: reads model and data and makes or opens the search's folder, on the engine's queue. What
  ///     it throws is the search's failure.
  ///   - onChange: called from the engine's queue when there is a new snapshot or event, at most some 20
  ///     times a second between changes of state; must not block.
  package init(
    model: String,
    prepare: @escaping @Sendable (_ progress: (PreparationStage) -> Void) throws -> SearchInputs,
    onChange: @escaping @Sendable () -> Void = {}
  ) {
    let course = SearchCourse(model: model)
    mailbox = Mutex(Mailbox(snapshot: course.makeSnapshot(), search: course.search))
    state = Confined(course)
    self.onChange = onChange
    queue.async { [self] in
      state.course.prepare {
        try prepare { stage in
          state.course.notePreparation(stage)
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
      state.course.perform(request, id: id)
      publish(isUrgent: true)
      scheduleWork()
    }
  }

  package var snapshot: EngineSnapshot { mailbox.withLock { $0.snapshot } }

  package var search: SearchSnapshot? { mailbox.withLock { $0.search } }

  package func update(after mark: HistoryMark) -> EngineUpdate {
    EngineUpdate(snapshot: snapshot, history: History().delta(after: mark))
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

  /// Why the search failed, as it was thrown; `nil` while it has not.
  package var failure: (any Error)? { mailbox.withLock { $0.failure } }

  // MARK: - On the queue

  private static let publicationInterval = Duration.milliseconds(50)

  private func scheduleWork() {
    guard !state.isScheduled, state.course.wantsToRun else { return }
    state.isScheduled = true
    // An engine that nobody holds any more stops after the step it is in.
    queue.async { [weak self] in
      guard let self else { return }
      state.isScheduled = false
      state.course.tick()
      publish(isUrgent: !state.course.wantsToRun)
      scheduleWork()
    }
  }

  private func publish(isUrgent: Bool) {
    let course = state.course
    let events = course.takeEvents()
    let now = ContinuousClock.now
    let isDue = state.lastPublication.map { now - $0 >= Self.publicationInterval } ?? true
    guard isUrgent || !events.isEmpty || isDue else { return }
    state.lastPublication = now
    state.revision += 1
    var snapshot = course.makeSnapshot()
    var search = course.search
    (snapshot.revision, search.revision) = (state.revision, state.revision)
    let failure = course.failure
    mailbox.withLock { [snapshot, search] mailbox in
      mailbox.snapshot = snapshot
      mailbox.search = search
      mailbox.events.append(events)
      mailbox.failure = failure
    }
    onChange()
  }

  private func answer(_ question: Question, _ id: RequestID) {
    let folder = state.course.folder
    questions.async { [self] in
      let answer: Answer =
        switch question {
        case .runs, .run: question.answered(in: folder, view: nil)
        case .data, .validation, .images, .pictures:
          .failed("a search shows no images: 'thaw tune' does")
        }
      mailbox.withLock { $0.replies.append(Reply(id: id, answer: answer)) }
      onChange()
    }
  }
}
