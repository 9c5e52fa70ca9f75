import EngineInterface
import Files
import Foundation
import TerminalUI
import Workbench

/// Events as a person reads them in a pipe or a log.
enum PlainText {
  /// - Parameter epochs: how many there are to be.
  static func line(for event: EngineEvent, run: String, epochs: Int) -> String {
    // Names of layers, classes, files and runs are among it.
    printable(words(for: event, run: run, epochs: epochs), limit: nil)
  }

  private static func words(for event: EngineEvent, run: String, epochs: Int) -> String {
    switch event {
    case .epochEnded(let epoch):
      let number = "\(epoch.epoch)"
      let room = String(repeating: " ", count: max(0, "\(epochs)".count - number.count))
      var text = "epoch \(room)\(number)/\(max(epochs, epoch.epoch))"
      text += "  step \(NumberText.count(epoch.step))  train \(metrics(epoch.train))"
      if let validation = epoch.validation { text += "  validation \(metrics(validation))" }
      text += "  \(rate(epoch.imagesPerSecond))"
      if let share = epoch.cacheHitShare { text += "  \(NumberText.percent(share)) cached" }
      return text
    case .checkpointWritten(let path, let step):
      return "checkpoint of step \(NumberText.count(step)): \(relative(path))"
    // Names in it may come from a file.
    case .notice(let notice): return printable(NoticeText.text(notice), limit: 1000)
    case .rejected(_, let objection): return ObjectionText.text(objection)
    case .unsaved(let error):
      return "not saved: \(EndingText.unsaved(error)) (ctrl-\\ leaves without it)"
    case .failed(let failure): return EndingText.text(failure)
    case .finished(let ending): return "\(EndingText.text(ending))  run \(run)"
    }
  }

  /// A path as it is seen from the folder in which the program was started, where it lies in there.
  static func relative(_ path: String) -> String {
    let here = FileManager.default.currentDirectoryPath
    guard here.hasPrefix("/"), here != "/", path.hasPrefix(here + "/") else { return path }
    return String(path.dropFirst(here.count + 1))
  }

  /// `2026-11-25 20:15`, where the person is; `–` where the number is no time.
  static func date(_ seconds: Double) -> String {
    var time = time_t(Int(saturating: seconds))
    var parts = tm()
    guard seconds.isFinite, localtime_r(&time, &parts) != nil else { return "–" }
    return String(
      format: "%04d-%02d-%02d %02d:%02d", Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1,
      Int(parts.tm_mday), Int(parts.tm_hour), Int(parts.tm_min))
  }

  private static func metrics(_ metrics: EpochSummary.Metrics) -> String {
    "loss \(number(metrics.loss)) accuracy \(NumberText.percent(metrics.accuracy))"
  }

  /// `0.0612`
  static func number(_ value: Double) -> String { NumberText.fixed(value, digits: 4) }

  /// `1 204 img/s`
  static func rate(_ imagesPerSecond: Double) -> String {
    NumberText.count(imagesPerSecond) + " img/s"
  }
}
