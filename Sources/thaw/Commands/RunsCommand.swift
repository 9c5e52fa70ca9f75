import ArgumentParser
import EngineInterface
import Files
import RunStore
import Training
import Workbench

struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "List the runs, the latest first.",
    discussion: """
      With --export-labels, the images that were left out or given another class in a run's data \
      screen, as CSV: path,label and, where some are left out, a third column that says so. The \
      images' own files are never changed.
      """)

  @OptionGroup var folder: RunsFolderOptions
  @Flag(help: "One JSON object a line.")
  var json = false
  @Option(
    help: ArgumentHelp("Write the corrected labels of a run instead.", valueName: "run"))
  var exportLabels: String?
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The file to write labels to. (default: the output)", valueName: "file"))
  var output: String?

  func validate() throws {
    if exportLabels == nil, output != nil {
      throw ValidationError("-o goes with --export-labels")
    }
    if exportLabels != nil, json { throw ValidationError("labels are CSV: --json does not fit") }
  }

  func run() throws {
    if let exportLabels { return try export(exportLabels) }
    let summaries = try folder.open().summaries()
    if json {
      for summary in summaries { StandardOutput.print(RunRow(summary).line) }
    } else if summaries.isEmpty {
      StandardOutput.print("no runs yet: 'thaw demo' makes the first one")
    } else {
      for line in Self.table(summaries.map(RunRow.init)) { StandardOutput.print(line) }
    }
  }

  private func export(_ name: String) throws {
    let labels = try CorrectedLabels(of: folder.open().find(name), demo: .bundled)
    for image in labels.missing {
      printError("\(printable(image)): no image of the data any more, left out of the list")
    }
    guard let output else { return StandardOutput.write(labels.text) }
    try OutputFile.write(Array(labels.text.utf8), to: output)
  }

  private static func table(_ rows: [RunRow]) -> [String] {
    let cells =
      [["run", "begun", "state", "model", "epochs", "steps", "best loss", "accuracy", ""]]
      + rows.map { row in
        [
          row.name, row.created.map(PlainText.date) ?? "–", row.state, splitPath(row.model).name,
          row.trials.map { NumberText.quantity($0, "trial") }
            ?? "\(row.epochs)/\(row.plannedEpochs)",
          row.trials == nil ? NumberText.count(row.steps) : "–",
          row.bestLoss.map(PlainText.number) ?? "–",
          row.bestAccuracy.map(NumberText.percent) ?? "–",
          ["failed", "unreadable"].contains(row.state) ? row.reason ?? "" : "",
        ]
      }
    return TextTable.lines(cells, right: [4, 5, 6, 7])
  }
}

/// A run as a row of the table, or as a JSON object.
private struct RunRow: Encodable {
  let name: String
  let state: String
  let reason: String?
  let model: String
  let data: String
  /// Seconds since 1970.
  let created: Double?
  let path: String
  let epochs: Int
  let plannedEpochs: Int
  let steps: Int
  /// Of a search.
  let trials: Int?
  let bestEpoch: Int?
  let bestLoss: Double?
  let bestAccuracy: Double?
  let canResume: Bool

  init(_ summary: RunSummary) {
    name = summary.name
    path = summary.path
    model = summary.model
    data = summary.data
    created = summary.created
    epochs = summary.epochsDone
    plannedEpochs = summary.epochsPlanned
    steps = summary.steps
    trials = summary.trials
    bestEpoch = summary.best?.epoch
    bestLoss = summary.best?.metrics.loss
    bestAccuracy = summary.best?.metrics.accuracy
    canResume = summary.canResume
    switch summary.state {
    case .running: (state, reason) = ("running", nil)
    case .finished: (state, reason) = ("finished", nil)
    case .stopped(let step):
      (state, reason) = ("stopped", step.map { EndingText.text(.stopped(step: $0)) })
    case .failed(let why): (state, reason) = ("failed", why)
    case .unreadable(let why): (state, reason) = ("unreadable", why)
    }
  }

  var line: String { JSONLine.encode(self) }
}
