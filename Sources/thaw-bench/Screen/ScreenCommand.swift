import ArgumentParser
import Foundation
import TerminalUI
import Workbench

/// What a steady training screen sends over the line, pane by pane.
struct ScreenCommand: ParsableCommand {
  enum Colors: String, ExpressibleByArgument, CaseIterable {
    case truecolor
    case indexed = "256"
  }

  static let configuration = CommandConfiguration(
    commandName: "screen",
    abstract: "Count what the training screen sends to the terminal, by pane.",
    discussion: """
      Runs the program that was built beside this one (or --program) in a pseudo-terminal, waits \
      until the screen has settled, and prints bytes a second as one JSON object. A byte belongs \
      to the pane of the cell that it writes, or in whose favour it moves the cursor or changes \
      the colours. Without arguments the program trains the demo for as long as it is watched.
      """)

  @Option(help: "Columns of the terminal.")
  var columns = 120

  @Option(help: "Lines of the terminal.")
  var lines = 36

  @Option(help: "Seconds to count.")
  var seconds = 20.0

  @Option(help: "Seconds to wait before.")
  var settle = 6.0

  @Option(help: "truecolor or 256: what the terminal says it can.")
  var colors = Colors.truecolor

  @Option(help: "Keys to type before counting, as the terminal sends them.")
  var keys = ""

  @Option(help: "The program. (default: the one beside this one)")
  var program: String?

  @Argument(parsing: .postTerminator, help: "The program's arguments, after --.")
  var arguments: [String] = []

  func run() throws {
    guard (1...1000).contains(columns), (1...1000).contains(lines), seconds > 0, settle >= 0 else {
      throw ValidationError("expected 1 to 1000 columns and lines, and seconds above 0")
    }
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("thaw-bench-\(ProcessInfo.processInfo.processIdentifier)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let size = Size(width: columns, height: lines)
    var environment = ProcessInfo.processInfo.environment
    environment["TERM"] = "xterm-256color"
    environment["LC_ALL"] = "C.UTF-8"
    environment["COLORTERM"] = colors == .truecolor ? "truecolor" : ""
    environment["NO_COLOR"] = nil
    let child = try TerminalChild(
      try program ?? Self.neighbour(),
      arguments.isEmpty ? ["demo", "--epochs", "100000", "--runs-dir", folder] : arguments,
      environment: environment, size: size)
    defer { child.end() }
    var meter = TerminalMeter(
      size: size, panes: WorkbenchModel.panes(columns: columns, lines: lines))
    child.listen(seconds: settle / 2) { meter.take($0) }
    child.type(keys)
    child.listen(seconds: settle / 2) { meter.take($0) }
    meter.reset()
    let watched = child.listen(seconds: seconds) { meter.take($0) }
    guard !child.isGone else {
      throw ValidationError("expected a program that runs for \(settle + seconds) s, but it ended")
    }
    let report = Report(
      columns: columns, lines: lines, seconds: watched,
      bytesPerSecond: Report.rate(meter.total, watched),
      picturesPerSecond: Report.rate(meter.pictures, watched),
      panes: meter.counts.mapValues { Report.Pane($0, seconds: watched) })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    print(String(decoding: try encoder.encode(report), as: UTF8.self))
  }

  private static func neighbour() throws -> String {
    let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let path = (own as NSString).deletingLastPathComponent + "/thaw"
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw ValidationError("expected the program in \(path): build it first (swift build)")
    }
    return path
  }
}

private struct Report: Encodable {
  struct Pane: Encodable {
    let bytesPerSecond: Double
    /// The shares of it: text of cells, cursor moves, colours and attributes, anything else.
    let text, moves, attributes, other: Double

    init(_ count: TerminalMeter.Count, seconds: Double) {
      bytesPerSecond = Report.rate(count.total, seconds)
      text = Report.rate(count.text, seconds)
      moves = Report.rate(count.moves, seconds)
      attributes = Report.rate(count.attributes, seconds)
      other = Report.rate(count.other, seconds)
    }
  }

  let columns, lines: Int
  let seconds: Double
  let bytesPerSecond: Double
  /// Bursts of output: how often something on the screen moves.
  let picturesPerSecond: Double
  let panes: [String: Pane]

  static func rate(_ count: Int, _ seconds: Double) -> Double {
    (Double(count) / seconds * 10).rounded() / 10
  }
}
