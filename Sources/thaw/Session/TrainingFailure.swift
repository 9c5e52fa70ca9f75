import EngineInterface
import Training
import Workbench

/// Why training ended early, with what the engine said of it.
struct TrainingFailure: Error, CustomStringConvertible {
  let description: String
  let cause: any Error

  init?(_ engine: Engine) {
    guard let cause = engine.failure, case .failed(let failure) = engine.snapshot.state else {
      return nil
    }
    self.cause = cause
    description = EndingText.text(failure)
  }
}
