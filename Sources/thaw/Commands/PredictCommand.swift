import ArgumentParser
import Datasets
import Files
import Images
import Kernels
import Training

struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Ask a model, or a run's best checkpoint, about images.",
    discussion: """
      Pictures (JPEG, PNG, WebP) and folders of them are prepared as the model expects them, and as a \
      run was trained (see thaw inspect; --pixels says otherwise), and so are IDX images. A NumPy file \
      (float32; number, height, width, channels) enters unchanged. A picture that cannot be read is \
      named, and the rest is done; the program then ends with 1. The answer is what the model's last \
      layer gives, a run's with its softmax or sigmoid; the same bits for an image alone as among \
      others.
      """)

  @Argument(help: "A model file or folder, demo, zoo:NAME, or the name of a run.")
  var model: String

  @Argument(
    help: ArgumentHelp("Pictures, folders of them, NumPy files or IDX images.", valueName: "input"))
  var inputs: [String]

  @Option(help: ArgumentHelp("Write the answers to one input as NumPy.", valueName: "file"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "How many classes are shown of each image. (default: 3; with --json and --csv 5)",
      valueName: "k"))
  var top: Int?

  @Flag(help: "One JSON object for each image.")
  var json = false

  @Flag(help: "One line of CSV for each image: input, number, then classes with their values.")
  var csv = false

  @Option(help: "Threads. Never changes a result. (default: one for each core)")
  var threads: Int?

  @OptionGroup var pixels: PixelOptions
  @OptionGroup var opening: OpeningArguments
  @OptionGroup var folder: RunsFolderOptions

  mutating func validate() throws {
    if output != nil, inputs.count != 1 {
      throw ValidationError("--output takes the answers to one input, found \(inputs.count)")
    }
    if [output != nil, json, csv].count(where: \.self) > 1 {
      throw ValidationError("--json, --csv and --output exclude each other")
    }
  }

  func run() throws {
    let threads = try threads.map { try Checked.value($0, "threads", .threads) }
    let top = try top.map { try Checked.value($0, "top", .headOutputs) }
    let asked = try pixels.preparation()
    let pool = WorkerPool(threads: threads)
    let source = try PredictionModel(
      model, runs: folder.open, options: opening.options(), input: inputs[0], pool: pool,
      demo: .bundled)
    let predictor = try Predictor(source.model, graph: source.graph, pool: pool)
    var session = PredictionSession(
      source: source, predictor: predictor,
      preparation: asked.map(source.preparation.entering) ?? source.preparation,
      isAsked: asked != nil, threads: pool.threads,
      format: json ? .json : csv ? .csv : output.map(PredictionSession.Format.numPy) ?? .text,
      top: top, model: model)
    if inputs.count == 1 {
      try session.predict(inputs[0])
    } else {
      for path in inputs { try session.predictOneOfMany(path) }
    }
    try session.end()
  }
}
