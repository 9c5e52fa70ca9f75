import ArgumentParser
import EngineInterface
import Kernels
import Training

/// Whose steps are run.
struct StepOptions: ParsableArguments {
  @Option(help: "A network of the zoo.")
  var model = "resnet18"

  @Option(help: "Images a step.")
  var batch = 16

  @Option(help: "What trains: sgd (with momentum), adam, ….")
  var optimizer = "sgd"

  @Option(help: "Threads. (default: one for each core)")
  var threads: Int?

  /// Steps before those that are timed: the first ones make plans and take memory.
  static let untimed = 2

  func check(steps: Int) throws {
    guard batch > 0, steps > 0 else {
      throw ValidationError("--batch and --steps are at least 1")
    }
    guard OptimizerKind(rawValue: optimizer) != nil else {
      throw ValidationError(
        "--optimizer is \(OptimizerKind.allCases.map(\.rawValue).joined(separator: ", "))")
    }
  }

  /// A trainer with images enough for `steps` after those that are not timed, and no feature cache.
  func trainer(headOnly: Bool, steps: Int, pool: WorkerPool) throws -> Trainer {
    try TrainerFactory.make(
      model: model, batch: batch, images: batch * (Self.untimed + steps + 1), headOnly: headOnly,
      cacheBudget: 0, optimizer: OptimizerKind(rawValue: optimizer) ?? .sgd, pool: pool)
  }
}
