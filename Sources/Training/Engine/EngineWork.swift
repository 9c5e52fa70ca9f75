import EngineInterface

/// What an engine's queue works on: a run, or a search. Does one unit of work at a call and never waits.
/// Belongs to that queue.
protocol EngineWork: AnyObject {
  /// What is read before there is anything to do.
  associatedtype Inputs

  /// Reads what is to be worked on; what `read` throws is the failure.
  func prepare(_ read: () throws -> Inputs)
  /// Takes note of what reading is busy with.
  func notePreparation(_ stage: PreparationStage)

  /// Whether `tick` would do something now.
  var wantsToRun: Bool { get }
  func tick()
  /// Carries a request out, or refuses it. Questions are answered beside it.
  func perform(_ request: Request, id: RequestID)

  /// Whether it is over, but for something that could not be written yet.
  var isUnsaved: Bool { get }
  /// Tries once more to write it.
  func trySaving()

  /// Why it failed, as it was thrown.
  var failure: (any Error)? { get }
  /// The revision is the caller's.
  func makeSnapshot() -> EngineSnapshot
  var history: History { get }
  /// The revision is the caller's. `nil`: none is made.
  var search: SearchSnapshot? { get }
  /// The revision is the caller's. `nil`: none is under way.
  var experiment: ExperimentSnapshot? { get }
  func takeEvents() -> [EngineEvent]
  /// Answers questions as things stand now, on any thread.
  var answering: @Sendable (Question) -> Answer { get }

  /// Between two snapshots, unless something has happened.
  static var publicationInterval: Duration { get }
}

extension EngineWork {
  var experiment: ExperimentSnapshot? { nil }
}
