import ArgumentParser
import Files
import Kernels
import ModelFormats
import RunStore
import Training

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a model, or a run's best checkpoint, for another framework.",
    discussion: """
      Names of classes and the preparation of pictures travel along. \
      \(ExportFormat.all.map { "\($0.name): \($0.summary)." }.joined(separator: " ")) \
      A file of tensors (.pth, .safetensors, a TensorFlow checkpoint) becomes safetensors as it is, whatever network it \
      is of: nothing in a pickle is ever run.
      """)

  @Argument(help: "A model file or folder, demo, zoo:NAME, or the name of a run.")
  var model: String

  @Option(
    help: ArgumentHelp(
      "\(ExportFormat.all.map(\.name).joined(separator: ", ")).", valueName: "format"))
  var format: String

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("Where to write; what stood there is replaced.", valueName: "file"))
  var output: String

  @Option(
    help: ArgumentHelp("Of a run: best, last, or a step. (default: best)", valueName: "checkpoint"))
  var checkpoint: CheckpointChoice?

  @Flag(
    help:
      "Pictures of the network's size enter as bytes, and become its numbers inside (onnx alone).")
  var withPreparation = false

  @Option(help: "Threads. Never changes a result. (default: one for each core)")
  var threads: Int?

  @OptionGroup var opening: OpeningArguments
  @OptionGroup var folder: RunsFolderOptions

  func run() throws {
    try UnreadableText.checkFolder(for: [output])
    guard let format = ExportFormat.named(self.format) else {
      throw ConfigurationError(
        option: "format", expected: ExportFormat.all.map(\.name).joined(separator: ", "),
        found: self.format)
    }
    guard !withPreparation || format.name == "onnx" else {
      throw ConfigurationError(
        option: "with-preparation", expected: "--format onnx", found: self.format)
    }
    let threads = try threads.map { try Checked.value($0, "threads", .threads) }
    let options = try opening.options()
    let report = try copied(to: format, options) ?? written(in: format, options, threads: threads)
    for warning in report.warnings { printError(warning) }
    StandardOutput.print(printable("\(output): \(report.summary)", limit: nil))
  }

  /// A file of tensors is copied as it is, unless it is wanted as a network.
  private func copied(to format: ExportFormat, _ options: OpeningOptions) throws -> ExportReport? {
    guard let copy = format.copy, options == OpeningOptions(), checkpoint == nil,
      case .file(let path) = ModelSource(argument: model), !Folder.exists(path),
      ModelFile.exists(path), let file = try ModelFile.tensors(path)
    else { return nil }
    return try copy(file, output)
  }

  private func written(
    in format: ExportFormat, _ options: OpeningOptions, threads: Int?
  ) throws -> ExportReport {
    let source = try PredictionModel(
      model, runs: folder.open, options: options, input: nil, checkpoint: checkpoint,
      pool: WorkerPool(threads: threads), demo: .bundled)
    var outgoing = source.outgoing
    outgoing.includesPreparation = withPreparation
    return try format.write(outgoing, output)
  }
}
