import ArgumentParser
import EngineInterface
import Files
import Glibc
import Images
import Kernels
import Network
import Training

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure a model, or a run's best checkpoint, on labelled images.",
    discussion: """
      PATH is what thaw tune takes. Of a folder with 'train' and other parts, 'test' is measured, or \
      else 'val'; of any other all images. Without it a run is measured on what it was validated on. \
      Classes belong to outputs by their names, or by their places where a model names none.
      """)

  @Argument(help: "A model file or folder, demo, zoo:NAME, or the name of a run.")
  var model: String

  @Option(help: ArgumentHelp("The images to measure on.", valueName: "path"))
  var data: String?

  @Flag(help: "One JSON object.")
  var json = false

  @Option(help: "Threads. Never changes a result. (default: one for each core)")
  var threads: Int?

  @OptionGroup var pixels: PixelOptions
  @OptionGroup var opening: OpeningArguments
  @OptionGroup var folder: RunsFolderOptions

  func run() throws {
    try UnreadableText.checkFolder(for: [data])
    let threads = try threads.map { try Checked.value($0, "threads", .threads) }
    let asked = try pixels.preparation()
    let pool = WorkerPool(threads: threads)
    let source = try PredictionModel(
      model, runs: folder.open, options: opening.options(), input: data, pool: pool, demo: .bundled)
    let preparation = asked.map(source.preparation.entering) ?? source.preparation
    let images = try EvaluationImages(
      data, for: source, preparation: preparation, threads: pool.threads, demo: .bundled)
    for notice in images.notices { printError(notice) }
    if preparation.origin == .assumption { printError(preparation.sentence) }
    var progress = isatty(STDOUT_FILENO) == 1 && !json ? ProgressLine() : nil
    defer { progress?.clear() }
    let evaluation = try Evaluation(
      of: Predictor(source.model, graph: source.graph, pool: pool), on: images.images,
      leavingOut: images.leftOut, outputs: images.outputs, ending: source.graph.finalActivationKind,
      threads: pool.threads
    ) { progress?.draw("evaluating", done: $0, of: images.images.count) }
    progress?.clear()
    for sentence in evaluation.unreadable { printError(sentence) }
    guard evaluation.confusion.images > 0 else {
      throw FormatError(
        path: images.path, expected: "images to measure on", found: "none that can be read")
    }
    let report = EvaluationReport(evaluation)
    if json {
      StandardOutput.print(JSONLine.encode(report))
    } else {
      for line in report.lines { StandardOutput.print(line) }
    }
  }
}
