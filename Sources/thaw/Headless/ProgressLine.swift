import EngineInterface
import Files
import Glibc
import TerminalUI
import Workbench

/// One line that is drawn over and over on a terminal.
struct ProgressLine {
  private var isDrawn = false

  mutating func draw(_ snapshot: EngineSnapshot) { draw(Self.text(snapshot)) }

  /// Draws that so many of something are done.
  mutating func draw(_ what: String, done: Int, of count: Int) {
    let share = Double(done) / Double(max(count, 1))
    draw("\(what)  \(Self.bar(share))  \(NumberText.count(done))/\(NumberText.count(count))")
  }

  mutating func draw(_ text: String) {
    let columns = Self.terminalColumns
    write("\r\u{1b}[K" + String(text.prefix(max(0, columns - 1))))
    isDrawn = true
  }

  mutating func clear() {
    guard isDrawn else { return }
    write("\r\u{1b}[K")
    isDrawn = false
  }

  static func text(_ snapshot: EngineSnapshot) -> String {
    let progress = snapshot.progress
    switch snapshot.state {
    case .preparing(let stage): return EndingText.text(stage)
    case .finished(let ending): return EndingText.text(ending)
    case .failed(let failure): return printable(EndingText.text(failure))
    case .unsaved(let error): return printable(EndingText.unsaved(error))
    case .running, .validating, .paused: break
    }
    let isValidating = snapshot.state == .validating
    let share =
      isValidating
      ? progress.validationShare
      : Double(progress.stepInEpoch) / Double(max(progress.stepsPerEpoch, 1))
    var parts = ["epoch \(progress.epoch)/\(progress.epochs)", bar(share)]
    parts.append(
      isValidating ? "validating" : "\(progress.stepInEpoch)/\(progress.stepsPerEpoch)")
    if let loss = snapshot.latest.trainLoss { parts.append("loss \(PlainText.number(loss))") }
    if let accuracy = snapshot.latest.trainAccuracy {
      parts.append("accuracy \(NumberText.percent(accuracy))")
    }
    if progress.imagesPerSecond > 0 {
      parts.append(PlainText.rate(progress.imagesPerSecond))
    }
    if let left = progress.remainingSeconds { parts.append("ETA \(NumberText.duration(left))") }
    return parts.joined(separator: "  ")
  }

  static func bar(_ share: Double) -> String {
    let width = 20
    let filled = Int(saturating: (min(max(share, 0), 1) * Double(width)).rounded())
    return "[" + String(repeating: "#", count: filled)
      + String(repeating: ".", count: width - filled) + "]"
  }

  private func write(_ text: String) {
    StandardOutput.write(text)
    StandardOutput.flush()
  }

  private static var terminalColumns: Int {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}
