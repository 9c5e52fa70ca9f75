import EngineInterface
import Network
import RunStore
import TestSupport

@testable import Training

/// Runs an engine's state machine by hand: what the queue would do, one unit at a time.
final class EngineDriver {
  let core: EngineCore
  private var lastCommand: CommandID = 0

  init(
    _ configuration: EngineConfiguration = SmallProblem.configuration(), run: Run? = nil,
    start: EngineStart = .new
  ) {
    core = EngineCore(configuration: configuration, model: "small", start: start)
    core.prepare {
      var inputs = try SmallProblem.inputs(configuration)
      inputs.run = run
      return inputs
    }
  }

  var trainer: Trainer { core.trainer! }
  var state: EngineSnapshot.State { core.makeSnapshot().state }
  var step: Int { trainer.progress.step }

  /// Sends a command and returns what happened.
  @discardableResult
  func send(_ command: EngineCommand) -> [EngineEvent] {
    lastCommand += 1
    core.perform(command, id: lastCommand)
    return core.takeEvents()
  }

  /// Whether a command is refused.
  func refuses(_ command: EngineCommand) -> Bool {
    send(command).contains { if case .rejected = $0 { true } else { false } }
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
