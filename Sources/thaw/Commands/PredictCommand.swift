import ArgumentParser
import Datasets
import Files
import Kernels
import Training

struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Ask a model, or a run's best checkpoint, about images.",
    discussion: """
      A NumPy file (float32; number, height, width, channels) enters unchanged; pixels of IDX \
      images as the model expects them, and as a run was trained (see thaw inspect; --pixels says \
      otherwise). The answer is what the model's last layer gives, a run's with its softmax or \
      sigmoid; the same bits for an image alone as among others.
      """)

  @Argument(help: "A model file, demo, zoo:NAME, or the name of a run.")
  var model: String

  @Argument(help: ArgumentHelp("NumPy files or IDX images.", valueName: "input"))
  var inputs: [String]

  @Option(help: ArgumentHelp("Write the answers to one input as NumPy.", valueName: "file"))
  var output: String?

  @Flag(help: "One JSON object for each image.")
  var json = false

  @Option(help: "Threads. Never changes a result. (default: one for each core)")
  var threads: Int?

  @OptionGroup var pixels: PixelOptions
  @OptionGroup var size: ImageSizeOptions
  @OptionGroup var folder: RunsFolderOptions

  mutating func validate() throws {
    if output != nil, inputs.count != 1 {
      throw ValidationError("--output takes the answers to one input, found \(inputs.count)")
    }
    if output != nil, json { throw ValidationError("--json and --output exclude each other") }
  }

  func run() throws {
    let threads = try threads.map { try Checked.value($0, "threads", .threads) }
    let asked = try pixels.preparation()
    let pool = WorkerPool(threads: threads)
    let source = try PredictionModel(
      model, runs: folder.open, size: size.size(), input: inputs[0], pool: pool, demo: .bundled)
    let predictor = try Predictor(source.model, graph: source.graph, pool: pool)
    let width = predictor.outputCount
    let preparation = asked ?? source.preparation
    var isAssumptionSaid = preparation.origin != .assumption
    for path in inputs {
      let input = try PredictionInput(
        path: path, shape: source.graph.inputShape, preparation: preparation)
      guard asked == nil || input.isPrepared else {
        throw ConfigurationError(
          option: "pixels", expected: "pictures; a NumPy file enters unchanged", found: path)
      }
      if input.isPrepared, !isAssumptionSaid {
        isAssumptionSaid = true
        printError(preparation.sentence)
      }
      let answers = predictor.predict(input.values)
      if let output {
        let shape = [input.count] + source.graph.outputShape.dimensions
        try NumPyArray(shape: shape, values: answers).write(to: output)
        continue
      }
      // The path once, and the images' numbers under it.
      if !json { StandardOutput.print(printable(path, limit: nil)) }
      let digits = String(max(input.count - 1, 0)).count
      for index in 0..<input.count {
        let prediction = Prediction(
          input: path, index: index, values: Array(answers[index * width..<(index + 1) * width]),
          classes: source.classes, ending: source.graph.finalActivationKind)
        StandardOutput.print(json ? JSONLine.encode(prediction) : prediction.line(digits: digits))
      }
    }
  }
}
