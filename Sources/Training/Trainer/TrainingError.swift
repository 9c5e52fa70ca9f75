/// What stops training.
package enum TrainingError: Error, Equatable, CustomStringConvertible {
  /// The loss of this step is infinite or NaN.
  case lossNotFinite(step: Int, loss: Double)
  /// This step has left infinite or NaN weights.
  case weightsNotFinite(step: Int, layer: String)

  /// The step that could not be done.
  var step: Int {
    switch self {
    case .lossNotFinite(let step, _), .weightsNotFinite(let step, _): step
    }
  }

  package var description: String {
    switch self {
    case .lossNotFinite(let step, let loss):
      "the loss of step \(step) is \(loss.isNaN ? "not a number" : "infinite")"
    case .weightsNotFinite(let step, let layer):
      "step \(step) has left weights of layer '\(layer)' that are not numbers"
    }
  }
}
