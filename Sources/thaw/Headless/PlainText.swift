import EngineInterface
import Files
import Foundation
import TerminalUI

/// Events as a person reads them in a pipe or a log.
enum PlainText {
  static func line(for event: EngineEvent, run: String) -> String {
    // Names of layers, classes, files and runs are among it.
    printable(words(for: event, run: run), limit: nil)
  }

  private static func words(for event: EngineEvent, run: String) -> String {
    switch event {
    case .epochEnded(let epoch):
      var text = "epoch \(epoch.epoch)  step \(epoch.step)  train \(metrics(epoch.train))"
      if let validation = epoch.validation { text += "  validation \(metrics(validation))" }
      text += "  \(rate(epoch.imagesPerSecond))"
      if let share = epoch.cacheHitShare { text += "  \(percent(share)) cached" }
      return text
    case .checkpointWritten(let path, let step): return "checkpoint of step \(step): \(path)"
    case .notice(let text): return text
    case .rejected(_, let reason): return reason
    case .unsaved(let reason): return "not saved: \(reason) (ctrl-\\ leaves without it)"
    case .failed(let reason): return reason
    case .finished(let reason): return "\(reason)  run \(run)"
    }
  }

  private static func metrics(_ metrics: EpochSummary.Metrics) -> String {
    "loss \(number(metrics.loss)) accuracy \(percent(metrics.accuracy))"
  }

  /// `0.0612`, `nan`
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return "\(value)" }
    return fixed(value, 4)
  }

  /// `98.1 %`
  static func percent(_ share: Double) -> String {
    share.isFinite ? fixed(share * 100, 1) + " %" : "\(share)"
  }

  /// `1204 img/s`
  static func rate(_ imagesPerSecond: Double) -> String {
    (imagesPerSecond.isFinite ? fixed(imagesPerSecond, 0) : "\(imagesPerSecond)") + " img/s"
  }

  /// `1:02:03`, `0:21`
  static func duration(_ seconds: Double) -> String {
    let whole = Int(saturating: min(max(seconds, 0), 359_999).rounded())
    let minutes = whole / 60 % 60
    let tail = String(whole % 60 + 100).dropFirst()
    guard whole >= 3600 else { return "\(minutes):\(tail)" }
    return "\(whole / 3600):\(String(minutes + 100).dropFirst()):\(tail)"
  }

  private static func fixed(_ value: Double, _ digits: Int) -> String {
    String(format: "%.\(digits)f", value)
  }
}
