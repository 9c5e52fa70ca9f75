import Dispatch
import EngineInterface
import Files
import Training
import Workbench

/// A search with no screen: prints what happens until it is over.
struct SearchHeadlessSession {
  let engine: Engine
  /// Signalled by the engine whenever something changed.
  let changes: DispatchSemaphore
  let output: HeadlessSession.Output
  let heading: RunHeading
  private var progress = ProgressLine()
  private var lastEvent: UInt64 = 0
  /// Epochs of each trial that were printed.
  private var told: [Int] = []
  /// Trials of which it was printed that they have failed.
  private var toldFailures: Set<Int> = []

  init(
    engine: Engine, changes: DispatchSemaphore, output: HeadlessSession.Output,
    heading: RunHeading
  ) {
    self.engine = engine
    self.changes = changes
    self.output = output
    self.heading = heading
  }

  /// Blocks until the search is over, was left, or has failed.
  mutating func run() {
    var isIntroduced = output == .json
    while true {
      _ = changes.wait(timeout: .now() + .milliseconds(200))
      // The snapshot first: events that come after it are seen in the next round.
      let snapshot = engine.snapshot
      let search = engine.search
      let events = engine.events(after: lastEvent)
      lastEvent = events.last?.number ?? lastEvent
      if !isIntroduced { isIntroduced = introduce(engine.snapshot) }
      if output == .json, let search { tellEpochs(search) }
      for event in events { show(event.event, snapshot) }
      switch snapshot.state {
      case .finished, .failed:
        progress.clear()
        return
      case .preparing, .running, .validating, .paused, .unsaved: break
      }
      if output == .progress { draw(snapshot, search) }
    }
  }

  /// - Returns: whether it was time to.
  private mutating func introduce(_ snapshot: EngineSnapshot) -> Bool {
    if case .preparing = snapshot.state { return false }
    guard !snapshot.layers.isEmpty, let search = engine.search else { return true }
    progress.clear()
    for line in heading.lines(snapshot).prefix(2) { emit(line) }
    let place = heading.folder().map { " in \(PlainText.relative($0))" } ?? ""
    emit(
      printable("search \(snapshot.run.name)\(place): \(Self.budget(search.budget))", limit: nil))
    return true
  }

  private static func budget(_ budget: SearchBudget) -> String {
    let limits = [
      budget.trials.map { "at most \(NumberText.quantity($0, "trial"))" },
      budget.minutes.map { "at most \(NumberText.short($0)) minutes" },
    ].compactMap(\.self)
    return (limits.isEmpty ? ["until nothing gets better"] : limits).joined(separator: ", ")
      + ", \(NumberText.quantity(budget.epochs, "epoch")) a trial that is not stopped"
  }

  private mutating func show(_ event: EngineEvent, _ snapshot: EngineSnapshot) {
    // Why it failed is the program's last word, on stderr.
    if case .failed = event, output != .json { return }
    if output == .json {
      emit(SearchRecordLine(event)?.line ?? EventRecord(event, run: snapshot.run.name).line)
    } else {
      progress.clear()
      emit(PlainText.line(for: event, run: snapshot.run.name, epochs: 0))
    }
  }

  /// A line for each epoch of each trial, and for its failure.
  private mutating func tellEpochs(_ search: SearchSnapshot) {
    while told.count < search.trials.count { told.append(0) }
    for trial in search.trials where trial.epochs > told[trial.id] {
      for epoch in told[trial.id]..<trial.epochs {
        emit(SearchRecordLine(trial, epoch: epoch, search.dimensions).line)
      }
      told[trial.id] = trial.epochs
    }
    for trial in search.trials where !toldFailures.contains(trial.id) {
      guard let line = SearchRecordLine(failureOf: trial, search.dimensions)?.line else { continue }
      toldFailures.insert(trial.id)
      emit(line)
    }
  }

  private mutating func draw(_ snapshot: EngineSnapshot, _ search: SearchSnapshot?) {
    guard let search, let round = search.rounds.last else { return progress.draw(snapshot) }
    let trials = search.trials.filter { $0.round == round.number }
    let done = trials.count { !$0.isAlive || $0.epochs >= $0.rung }
    var parts = [
      "round \(round.number)", ProgressLine.bar(Double(done) / Double(max(1, trials.count))),
    ]
    if let current = search.current.first.map({ search.trials[$0] }) {
      parts.append("trial \(current.id) epoch \(current.epochs + 1)/\(current.rung)")
    }
    parts.append("\(NumberText.quantity(search.trials.count, "trial"))")
    if let best = search.trials.map(\.score).min(), best.isFinite {
      parts.append("best loss \(PlainText.number(best))")
    }
    parts.append(
      "\(NumberText.fixed(search.trunkPasses, digits: 1)) passes of the frozen layers")
    parts.append(NumberText.duration(search.seconds))
    progress.draw(parts.joined(separator: "  "))
  }

  private func emit(_ line: String) {
    StandardOutput.print(line)
    StandardOutput.flush()
  }
}
