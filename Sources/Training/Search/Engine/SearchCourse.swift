import EngineInterface
import RunStore

/// A search from its preparation to its end, as the queue of its engine sees it: what it is asked, what it
/// says, and what it looks like. Belongs to that queue.
final class SearchCourse: EngineWork {
  static let publicationInterval = Duration.milliseconds(50)

  private let model: String
  private var core: SearchCore?
  private var run: Run?
  private var stage = PreparationStage.starting
  /// Whoever is there has left, or the process is to end: it can be gone on with.
  private var hasLeft = false
  private(set) var failure: (any Error)?
  private var lastApplied: [UInt64: UInt64] = [:]
  private let outbox = Outbox()
  private var configuration = EngineConfiguration()
  private var layers: [LayerSummary] = []
  private var telling = SearchTelling()

  init(model: String) {
    self.model = model
  }

  var answering: @Sendable (Question) -> Answer {
    let folder = run?.folder.parent
    return { question in
      switch question {
      case .runs, .run: question.answered(in: folder, view: nil)
      case .data, .validation, .images, .pictures:
        .failed("a search shows no images: 'thaw tune' does")
      }
    }
  }

  func notePreparation(_ stage: PreparationStage) { self.stage = stage }

  func prepare(_ read: () throws -> SearchInputs) {
    do {
      let inputs = try read()
      configuration = inputs.configuration
      run = inputs.run
      for notice in inputs.notices { outbox.put(.remark(notice)) }
      layers = try inputs.subject.graph().summaries(inputs.subject.settings)
      core = try SearchCore(inputs.subject, inputs.record, folder: run?.folder)
      tell()
    } catch {
      fail(error)
    }
  }

  private func fail(_ error: any Error) {
    failure = error
    outbox.put(.failed(runFailure(error)))
  }

  private func runFailure(_ error: any Error) -> RunFailure { RunFailure(error: "\(error)") }

  // MARK: - Work

  var wantsToRun: Bool { !hasLeft && failure == nil && core?.wantsToRun == true }

  /// One step of a trial, or a batch of its validation.
  func tick() {
    guard wantsToRun, let core else { return }
    core.tick()
    tell()
  }

  /// Says what has come about.
  private func tell() {
    guard let core else { return }
    let hasEnded = telling.tell(of: core.planner, to: outbox)
    if let error = core.failure, failure == nil { fail(error) }
    if hasEnded { keep() }
  }

  /// What is in memory alone goes to the disk.
  private func keep() {
    do {
      try core?.leave()
    } catch {
      if failure == nil { fail(error) }
    }
  }

  // MARK: - Requests

  func perform(_ request: Request, id: RequestID) {
    lastApplied[id.sender] = id.number
    if let objection = carryOut(request) { outbox.put(.rejected(id, objection)) }
    tell()
  }

  private func carryOut(_ request: Request) -> Objection? {
    switch request {
    case .question: return nil
    case .edit, .experiment: return .isSearch
    case .control(.stop):
      leave()
      return nil
    case .control(.pause): return perform(.pause)
    case .control(.resume): return perform(.resume)
    case .control(.singleStep), .control(.checkpoint), .control(.goBack): return .isSearch
    case .search(let control): return perform(control)
    }
  }

  private func perform(_ control: SearchControl) -> Objection? {
    if let failure { return .hasFailed("\(failure)") }
    guard let core else { return .nothingToTrain }
    return core.perform(control)
  }

  /// What a person does is in the journal at once.
  var isUnsaved: Bool { false }
  func trySaving() {}

  /// It goes on with `thaw resume`.
  private func leave() {
    guard !hasLeft else { return }
    hasLeft = true
    if failure == nil { keep() }
  }

  // MARK: - What is seen

  func takeEvents() -> [EngineEvent] { outbox.take() }

  /// Of a search each trial has a course of its own.
  var history: History { History() }

  var search: SearchSnapshot? {
    guard let core else {
      var snapshot = SearchSnapshot()
      if let failure { snapshot.phase = .failed("\(failure)") }
      return snapshot
    }
    var snapshot = core.snapshot()
    snapshot.isLeft = hasLeft
    return snapshot
  }

  func makeSnapshot() -> EngineSnapshot {
    var snapshot = EngineSnapshot(
      run: description, settings: core?.subject.settings ?? TuningSettings())
    snapshot.lastApplied = lastApplied.sorted { $0.key < $1.key }.map {
      RequestID(sender: $0.key, number: $0.value)
    }
    snapshot.state = state
    snapshot.layers = layers
    snapshot.progress.step = core?.steps ?? 0
    snapshot.progress.epochs = snapshot.settings.epochs
    snapshot.latest.learningRate = snapshot.settings.learningRate
    return snapshot
  }

  private var state: EngineSnapshot.State {
    if let failure { return .failed(runFailure(failure)) }
    guard let core else { return .preparing(stage) }
    if hasLeft || core.planner.ending != nil { return .finished(.stopped(step: core.steps)) }
    return core.isPaused ? .paused : .running
  }

  private var description: RunDescription {
    let subject = core?.subject
    var description = RunDescription(
      name: run?.name ?? "", model: model, classes: subject?.data.classes ?? [],
      outputs: layers.last?.outputShape.last ?? 0, inputShape: subject?.data.imageShape ?? [],
      optimizer: configuration.optimizer, schedule: configuration.schedule.description,
      batch: configuration.batch, trainImages: subject?.data.train.count ?? 0,
      validationImages: subject?.data.validation?.count ?? 0, seed: configuration.seed)
    if let preparation = subject?.preparation {
      description.pixels = preparation.pixels.rawValue
      description.pixelsSource = preparation.source
      description.pixelsReason = preparation.reason
    }
    description.isSearch = true
    return description
  }
}
