import EngineInterface
import Files
import Workbench

/// What a run is, said at its start: model, data, what is frozen, and where it is kept.
struct RunHeading {
  /// As they were given.
  let model: String
  let data: String
  /// Where the run lies; `nil` until it is made.
  let folder: @Sendable () -> String?

  /// - Parameter snapshot: once the model and the data are read.
  func lines(_ snapshot: EngineSnapshot) -> [String] {
    let run = snapshot.run
    let frozen = snapshot.layers.filter(\.isFrozen).map(\.name)
    let progress = snapshot.progress
    let images =
      "\(NumberText.quantity(run.trainImages, "image")) to train on, "
      + (run.validationImages == 0
        ? "none to validate on" : "\(NumberText.count(run.validationImages)) to validate on")
    let place = folder().map { " in \(PlainText.relative($0))" } ?? ""
    return [
      "model \(PlainText.relative(model)): \(NumberText.count(snapshot.parameterCount)) parameters, "
        + "\(NumberText.count(snapshot.trainableParameters)) trained; "
        + (frozen.isEmpty ? "nothing frozen" : "frozen: \(RequestText.names(frozen))"),
      "data \(PlainText.relative(data)): \(images), "
        + "\(NumberText.quantity(run.classes.count, "class", plural: "classes")) "
        + "of \(NumberText.shape(run.inputShape))",
      "run \(run.name)\(place): \(run.optimizer.title), rate "
        + "\(NumberText.short(snapshot.settings.learningRate)), "
        + "\(NumberText.quantity(progress.epochs, "epoch")) of "
        + "\(NumberText.quantity(progress.stepsPerEpoch, "step")) at batch \(run.batch)",
    ].map { printable($0, limit: nil) }
  }
}
