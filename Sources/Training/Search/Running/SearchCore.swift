import EngineInterface
import Files
import Kernels
import RunStore

/// A search as it trains: takes turns among the trials that are due, an epoch each, and tells the planner
/// what came of it. Light trials train their epoch side by side, and what came of them is told in the order
/// in which they would have come one by one. Does some steps at a call and never waits. Belongs to one queue
/// at a time.
///
/// An epoch is in the journal before anything follows from it. Where a process ends, the weights of its
/// trials may be older than the journal; what is between is trained again, and comes to the same bits.
final class SearchCore {
  let subject: SearchSubject
  private(set) var planner: SearchPlanner
  private(set) var failure: (any Error)?
  var isPaused = false
  /// Seconds of work, those before an end of the process included.
  private(set) var seconds: Double
  private let folder: RunFolder?
  private let journal: SearchJournal?
  /// Whether what was written to it would survive a power cut.
  private var isJournalSafe = true
  private var trainers: [Int: Trainer] = [:]
  /// Trials whose trainers were made, the last used last.
  private var order: [Int] = []
  /// Whose epochs are being trained.
  private let turn = TrialTurn()
  private var lastTurn = -1

  /// - Parameters:
  ///   - record: what is searched.
  ///   - folder: where it is kept; `nil`: nowhere.
  /// - Throws: `FileError`, `FormatError` where what is kept of it cannot be gone on with.
  init(_ subject: SearchSubject, _ record: SearchRecord, folder: RunFolder?) throws {
    self.subject = subject
    self.folder = folder
    planner = SearchPlanner(
      SearchSpace(dimensions: record.dimensions, seed: record.seed), budget: record.budget)
    seconds = 0
    guard let folder else {
      journal = nil
      return
    }
    try Folder.create(folder.trialsPath, exclusively: false)
    // It has whole lines from here on.
    journal = try SearchJournal(path: folder.searchJournalPath)
    let events = try SearchJournal.read(folder.searchJournalPath)
    for (index, event) in events.enumerated() {
      guard take(event) else {
        throw FormatError(
          path: folder.searchJournalPath, expected: "in line \(index + 1) what may follow",
          found: "\(event)")
      }
    }
    // Between the last epoch and the end the process may have been killed.
    let last = events.last {
      switch $0 {
      case .ended, .extended: true
      case .epoch, .failed, .cancelled, .worked: false
      }
    }
    var isEnded = false
    if case .ended? = last { isEnded = true }
    if !isEnded { try noteEnding(after: nil) }
  }

  /// Steps of all trials, those that were trained again counted once.
  var steps: Int {
    planner.trials.reduce(0) { $0 + $1.epochs } * subject.stepsPerEpoch
  }

  /// - Returns: whether it may have happened.
  private func take(_ event: SearchEvent) -> Bool {
    switch event {
    case .epoch(let trial, let loss, let accuracy):
      guard planner.due.contains(trial) else { return false }
      planner.note(trial: trial, loss: loss, accuracy: accuracy)
    case .failed(let trial, let reason):
      guard planner.trials.indices.contains(trial) else { return false }
      planner.fail(trial: trial, error: reason)
    case .cancelled(let trial):
      guard planner.trials.indices.contains(trial) else { return false }
      planner.cancel(trial: trial)
    case .extended(let trials, let minutes):
      guard 0...100_000 ~= trials, 0...1e6 ~= minutes else { return false }
      planner.extend(trials: trials, minutes: minutes)
    case .ended(let ending): planner.end(ending)
    case .worked(let seconds):
      guard seconds.isFinite, seconds >= 0 else { return false }
      self.seconds = max(self.seconds, seconds)
    }
    return true
  }

  // MARK: - Work

  var wantsToRun: Bool { failure == nil && planner.ending == nil && !isPaused }

  /// One step, one batch of validation, or some of each where several trials train side by side.
  func tick() {
    guard wantsToRun else { return }
    let start = ContinuousClock.now
    do {
      try work()
    } catch {
      failure = error
    }
    seconds += (ContinuousClock.now - start) / .seconds(1)
    guard failure == nil, let minutes = planner.budget.minutes, seconds >= minutes * 60 else {
      return
    }
    end(.minutes(minutes))
  }

  private func work() throws {
    if turn.isEmpty { try beginTurn() }
    turn.advance(subject.pool)
    guard turn.isOver else { return }
    try endTurn()
    // So that it can be seen who trains now.
    if planner.ending == nil { try beginTurn() }
  }

  /// The due trial after the one whose turn it was, and those after it that can train beside it.
  private func beginTurn() throws {
    let due = planner.due
    let order = due.filter { $0 > lastTurn } + due.filter { $0 <= lastTurn }
    for trial in order.prefix(subject.pool.threads) where turn.canGrow {
      guard turn.isEmpty || trainers[trial] != nil || hasRoom else { break }
      let trainer = try trainer(of: trial)
      guard turn.add(trial, trainer, known: planner.trials[trial].epochs) else { break }
    }
  }

  private func endTurn() throws {
    let members = turn.members
    turn.removeAll()
    for member in members {
      switch member.outcome {
      case .epoch(let loss, let accuracy):
        try note(.epoch(trial: member.trial, loss: loss, accuracy: accuracy))
      case .failed(let error as TrainingError):
        // The trial alone is to blame.
        try note(.failed(trial: member.trial, reason: "\(error)"))
      case .failed(let error): throw error
      case nil: preconditionFailure("a turn that is not over")
      }
      lastTurn = member.trial
    }
    for member in members { try put(member.trial) }
  }

  private func note(_ event: SearchEvent) throws {
    try journal?.append(event)
    isJournalSafe = false
    let wasOver = planner.ending != nil
    precondition(take(event), "\(event)")
    if !wasOver { try noteEnding(after: event) }
  }

  /// A list says how a search ended without doing its planner's work again.
  private func noteEnding(after event: SearchEvent?) throws {
    guard let ending = planner.ending else { return }
    if case .ended? = event { return }
    try journal?.append(.ended(ending))
  }

  // MARK: - Trainers

  private func trainer(of trial: Int) throws -> Trainer {
    order.removeAll { $0 == trial }
    order.append(trial)
    if let trainer = trainers[trial] { return trainer }
    let trainer = try subject.trainer(
      of: planner.trials[trial], in: planner.space, epochs: planner.budget.epochs,
      cachePath: folder?.cachePath)
    if let folder, let file = try? CheckpointFile(path: folder.trialPath(trial)) {
      try trainer.restore(file, changingOnly: true)
    }
    trainers[trial] = trainer
    return trainer
  }

  /// Trials whose trainers stay in memory between their turns, as long as there is room.
  private static let fewest = 2

  /// Puts a trial away after its turn: what is over leaves memory, and what pauses may have to.
  private func put(_ trial: Int) throws {
    let state = planner.trials[trial]
    if state.isAlive, state.epochs < state.rung, hasRoom { return }
    if let trainer = trainers[trial], state.state != .failed { try save(trial, trainer) }
    for id in trainers.keys where !planner.trials[id].isAlive { drop(id) }
    while !hasRoom, trainers.count > Self.fewest, let oldest = order.first {
      if let trainer = trainers[oldest] { try save(oldest, trainer) }
      drop(oldest)
    }
  }

  private var hasRoom: Bool {
    guard folder != nil, let last = trainers.values.first else { return true }
    return subject.hasRoom(for: last)
  }

  private func drop(_ trial: Int) {
    trainers[trial] = nil
    order.removeAll { $0 == trial }
  }

  private func save(_ trial: Int, _ trainer: Trainer) throws {
    guard let folder, trainer.isIntact, trainer.progress.stepInEpoch == 0,
      // What came of its epoch is in the journal first.
      trainer.progress.epoch <= planner.trials[trial].epochs + 1
    else { return }
    // Weights that are further than the journal would count for an epoch that they are not of.
    if !isJournalSafe { try journal?.synchronize() }
    isJournalSafe = true
    try trainer.checkpoint(changingOnly: true).write(to: folder.trialPath(trial))
  }

  /// A trial with the weights that it has come to.
  /// - Throws: `Objection` where there are none; what making it throws.
  func trained(_ trial: Int) throws -> Trainer {
    guard planner.trials.indices.contains(trial) else { throw Objection.noTrial(trial) }
    let epochs = planner.trials[trial].epochs
    guard epochs > 0, planner.trials[trial].state != .failed else {
      throw Objection.isUntrained(trial: trial)
    }
    let isKept = trainers[trial] != nil
    let trainer = try trainer(of: trial)
    defer { if !isKept { drop(trial) } }
    // What was trained since it was saved last has gone with the process.
    guard trainer.isIntact, trainer.progress.epoch - 1 >= epochs else {
      throw Objection.isUntrained(trial: trial)
    }
    return trainer
  }

  // MARK: - What a person does

  /// - Returns: why it cannot be done; `nil` where it was.
  @discardableResult
  func perform(_ control: SearchControl) -> Objection? {
    do {
      switch control {
      case .pause: isPaused = true
      case .resume: isPaused = false
      case .stopTrial(let trial):
        guard planner.trials.indices.contains(trial) else { return .noTrial(trial) }
        guard planner.trials[trial].isAlive else { return .trialIsOver(trial) }
        try note(.cancelled(trial: trial))
        turn.remove(trial)
        drop(trial)
      case .extend(let trials, let minutes):
        if let ending = planner.ending, !ending.canBeExtended { return .searchIsOver }
        try note(
          .extended(
            trials: min(100_000, max(0, trials)), minutes: min(1e6, max(0, minutes))))
      case .stop:
        guard planner.ending == nil else { return .searchIsOver }
        end(.stopped)
      case .start, .adopt: return .isSearch
      }
    } catch {
      failure = error
    }
    return nil
  }

  private func end(_ ending: SearchEnding) {
    do {
      try note(.ended(ending))
      try leave()
    } catch {
      failure = error
    }
  }

  /// Keeps what is not kept yet: the process is about to end.
  func leave() throws {
    for (trial, trainer) in trainers.sorted(by: { $0.key < $1.key }) {
      try save(trial, trainer)
    }
    try journal?.append(.worked(seconds: seconds))
    try journal?.synchronize()
  }

  // MARK: - What is seen

  func snapshot() -> SearchSnapshot {
    var snapshot = SearchSnapshot()
    snapshot.dimensions = planner.space.dimensions
    snapshot.budget = planner.budget
    snapshot.trials = planner.trials
    let current = planner.ending == nil ? turn.trials : []
    for trial in current { snapshot.trials[trial].state = .training }
    snapshot.rounds = planner.rounds
    snapshot.best = planner.best
    snapshot.current = current
    snapshot.steps = steps
    snapshot.seconds = seconds
    snapshot.trunkPasses = subject.trunkPasses
    if let failure {
      snapshot.phase = .failed("\(failure)")
    } else if let ending = planner.ending {
      snapshot.phase = .over(ending)
    } else {
      snapshot.phase = isPaused ? .paused : .training
    }
    return snapshot
  }
}
