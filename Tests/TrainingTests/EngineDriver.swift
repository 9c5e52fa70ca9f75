import Datasets
import EngineInterface
import Network
import RunStore
import TestSupport

@testable import Training

/// Runs an engine's state machine by hand: what the queue would do, one unit at a time.
final class EngineDriver {
  let core: EngineCore
  private var lastRequest: UInt64 = 0

  init(
    _ configuration: EngineConfiguration = SmallProblem.configuration(), run: Run? = nil,
    start: EngineStart = .new, data: TrainingData? = nil, graph: Graph? = nil
  ) {
    core = EngineCore(configuration: configuration, model: "small", start: start)
    core.prepare {
      var inputs = try SmallProblem.inputs(
        configuration, graph: graph, data: data ?? SmallProblem.data())
      inputs.run = run
      return inputs
    }
  }

  var trainer: Trainer { core.trainer! }
  var state: EngineSnapshot.State { core.makeSnapshot().state }
  var step: Int { trainer.progress.step }

  /// Sends a request and returns what happened.
  @discardableResult
  private func send(_ request: Request) -> [EngineEvent] {
    lastRequest += 1
    core.perform(request, id: RequestID(sender: 1, number: lastRequest))
    return core.takeEvents()
  }

  @discardableResult
  func send(_ edit: Edit) -> [EngineEvent] { send(.edit(edit)) }

  @discardableResult
  func send(_ control: Control) -> [EngineEvent] { send(.control(control)) }

  @discardableResult
  func send(_ control: ExperimentControl) -> [EngineEvent] { send(.experiment(control)) }

  @discardableResult
  func steer(_ control: SearchControl) -> [EngineEvent] { send(.search(control)) }

  /// Why an edit is refused; `nil` where it is not.
  func refusal(of edit: Edit) -> Objection? { Self.refusal(in: send(edit)) }

  func refusal(of control: Control) -> Objection? { Self.refusal(in: send(control)) }

  func refusal(of control: ExperimentControl) -> Objection? { Self.refusal(in: send(control)) }

  func refusal(steering control: SearchControl) -> Objection? { Self.refusal(in: steer(control)) }

  func refuses(_ edit: Edit) -> Bool { refusal(of: edit) != nil }

  func refuses(_ control: Control) -> Bool { refusal(of: control) != nil }

  private static func refusal(in events: [EngineEvent]) -> Objection? {
    for case .rejected(_, let objection) in events { return objection }
    return nil
  }

  /// Works until `count` steps are done in all, and no further.
  func train(toStep count: Int) {
    while step < count, core.wantsToRun { core.tick() }
  }

  func tick(_ count: Int = 1) {
    for _ in 0..<count { core.tick() }
  }

  /// Works for as long as there is work.
  func finish() {
    while core.wantsToRun { core.tick() }
  }
}

/// A run of its own on disk, to be left and opened again.
struct RunOnDisk {
  let temporary = TemporaryFolder()
  var folder: RunFolder { RunFolder(path: temporary("run")) }

  func create(_ configuration: EngineConfiguration) throws -> Run {
    try RunsFolder(path: temporary.path).create(
      name: "run", model: "small", options: configuration
    ) { name in
      RunRecord(
        name: name, model: "small", data: "small", validation: nil, seed: configuration.seed,
        settings: TuningSettings(), created: 0, programVersion: "0",
        machine: MachineDescription(processor: "a processor"))
    }
  }

  func open() throws -> Run { try Run(opening: folder) }
}
