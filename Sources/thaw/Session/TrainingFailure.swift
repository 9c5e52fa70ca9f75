import EngineInterface
import Training
import Workbench

/// Why training ended early, with what the engine said of it.
struct TrainingFailure: Error, CustomStringConvertible {
  let description: String
  let cause: any Error

  /// - Parameter rest: what is left of it, as half a sentence.
  init(_ cause: any Error, rest: String?) {
    self.cause = cause
    description = "\(cause)" + (rest.map { "; \($0)" } ?? "")
  }

  /// - Parameter words: what is wrong, where the cause does not say it in a person's.
  init(_ cause: any Error, words: String) {
    self.cause = cause
    description = words
  }

  init?(_ engine: Engine) {
    guard let cause = engine.failure, case .failed(let failure) = engine.snapshot.state else {
      return nil
    }
    self.cause = cause
    description = EndingText.text(failure)
  }
}
