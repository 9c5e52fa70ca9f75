import ArgumentParser
import EngineInterface
import Files
import RunStore
import Training

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Make a run again from its beginning, with each of its edits at its step.",
    discussion: """
      A new run, without a screen, up to the step of the last checkpoint; the old one stays as it is. \
      On the same build and kind of processor it ends at the same weights, bit for bit: they are \
      compared, and where they are not, the exit status is 1.
      """)

  @Argument(help: ArgumentHelp("Name or folder of the run.", valueName: "run"))
  var original: String

  @Option(help: ArgumentHelp("Name of the new run. (default: model-date-number)", valueName: "run"))
  var name: String?

  @Option(help: "Threads. Never changes a result. (default: one for each core)")
  var threads: Int?

  @Flag(help: "One JSON object a line.")
  var json = false

  @OptionGroup var folder: RunsFolderOptions

  func run() throws {
    let threads = try threads.map { try Checked.value($0, "threads", .threads) }
    let runs = try folder.open()
    let original = try runs.find(original)
    guard !original.isSearch else {
      throw FormatError(path: original.path, expected: "a run", found: "a search")
    }
    var display = DisplayOptions()
    (display.headless, display.json, display.theme) = (true, json, nil)
    let script = try ReplayScript(of: original)
    let replay = try TuningSession(display: display)
      .replay(script, threads: threads, name: name, in: runs)
    let difference = try script.difference(in: replay)
    if json {
      StandardOutput.print(
        JSONLine.encode(
          Verdict(
            run: replay.name, of: original.name, step: script.step, isEqual: difference == nil)))
    } else if difference == nil {
      StandardOutput.print(
        "the weights of \(replay.name) are those of \(original.name) at step \(script.step), "
          + "bit for bit")
    }
    StandardOutput.flush()
    if let difference { throw difference }
  }

  private struct Verdict: Encodable {
    let event = "replayed"
    let run: String
    let of: String
    let step: Int
    let isEqual: Bool
  }
}
