import EngineInterface
import Files
import RunStore
import Workbench

/// What a person takes along from a run: the best of it, where that lies, and how to go on.
enum RunResult {
  /// - Parameters:
  ///   - snapshot: the engine's last.
  ///   - argument: the run, as a shell takes it.
  static func lines(of run: RunFolder, _ snapshot: EngineSnapshot, argument: String) -> [String] {
    let progress = snapshot.progress
    var lines: [String] = []
    if let best = run.summary.best {
      lines.append(
        "best: epoch \(best.epoch) of \(progress.epochs), "
          + "\(best.isValidation ? "validation" : "training") loss "
          + "\(PlainText.number(best.metrics.loss)), "
          + "accuracy \(NumberText.percent(best.metrics.accuracy)), "
          + "in \(PlainText.relative(run.bestPath))")
    }
    // As many epochs again as it had: a run that is done opens to be looked at without them.
    let isDone = progress.epochs > 0 && progress.stepsPerEpoch > 0 && isDone(progress)
    let (more, overflow) = progress.epochs.multipliedReportingOverflow(by: 2)
    let epochs = isDone && !overflow ? " --epochs \(more)" : ""
    lines.append("run \(run.name); go on with: thaw resume \(argument)\(epochs)")
    return lines.map { printable($0, limit: nil) }
  }

  private static func isDone(_ progress: Progress) -> Bool {
    progress.epoch >= progress.epochs && progress.stepInEpoch >= progress.stepsPerEpoch
  }
}
