import ArgumentParser
import EngineInterface
import RunStore
import Training

struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Go on with a run from its last checkpoint.",
    discussion: """
      A run that has finished opens to be looked at, and e trains on; with --epochs, which says how \
      many there are to be in all, it trains at once. Headless it trains as many epochs again where \
      nothing is said. Edits that were made after the checkpoint are made again at their steps. A \
      search goes on with what is left of it, and so does one beside a run, on its screen.
      """)

  @Argument(help: ArgumentHelp("Name or folder of the run.", valueName: "run"))
  var name: String

  @Option(help: "Epochs to train in all.")
  var epochs: Int?

  @Option(
    help: ArgumentHelp(
      "The checkpoint to go on from; later ones are set aside. 0: the beginning. (default: the last)",
      valueName: "best|step"))
  var from: CheckpointChoice?

  @Option(help: "Threads. Never changes a result. (default: one for each core)")
  var threads: Int?

  @Option(help: "Room for what frozen layers give, as with tune. (default: as the run began)")
  var cacheBudget: String?

  @OptionGroup var folder: RunsFolderOptions
  @OptionGroup var display: DisplayOptions

  func run() throws {
    let epochs = try epochs.map { try Checked.value($0, "epochs", .epochs) }
    let threads = try threads.map { try Checked.value($0, "threads", .threads) }
    let cacheBudget = try cacheBudget.map { try Checked.bytes($0, "cache-budget") }
    let found = try folder.open().find(name)
    if found.isSearch { return try resumeSearch(found, threads: threads, cacheBudget: cacheBudget) }
    try TuningSession(display: display)
      .resume(
        found,
        with: ResumeOptions(
          start: .resume(
            from: from ?? .last, edits: epochs.map { [.setEpochs($0)] } ?? [],
            trainsOn: display.headless),
          threads: threads, cacheBudget: cacheBudget))
  }

  private func resumeSearch(_ folder: RunFolder, threads: Int?, cacheBudget: Int?) throws {
    for (option, found) in [
      ("epochs", epochs.map { "\($0)" }), ("from", from.map { "\($0)" }),
    ] {
      guard let found else { continue }
      throw ConfigurationError(
        option: option, expected: "a run; '\(folder.name)' is a search, which goes on as it began",
        found: found)
    }
    try SearchSession(display: display).resume(folder, threads: threads, cacheBudget: cacheBudget)
  }
}
