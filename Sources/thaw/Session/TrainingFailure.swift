import EngineInterface
import Training

/// Why training ended early, with what the engine said of it.
struct TrainingFailure: Error, CustomStringConvertible {
  let description: String
  let cause: any Error

  init?(_ engine: Engine) {
    guard let cause = engine.failure, case .failed(let text) = engine.snapshot.state else {
      return nil
    }
    self.cause = cause
    description = text
  }
}
