import ArgumentParser
import EngineInterface
import Files
import Training

/// A search beside what it saves: runs that share nothing, and a full grid.
struct SearchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Measure a search of the demo's head against separate runs and a full grid.")

  /// What is measured.
  enum Part: String, CaseIterable, ExpressibleByArgument {
    /// Trials that share the frozen layers, beside runs that do not.
    case sharing
    /// The same trials alone, and nothing beside them.
    case shared
    /// The loop, beside a full grid.
    case loop
  }

  @Option(help: "The folder of the demonstration.")
  var demo = "Sources/thaw/Demo"

  @Option(help: "Epochs of a trial that is not stopped.")
  var epochs = 10

  @Option(help: "Threads. (default: one for each core)")
  var threads: Int?

  @Option(help: "Shuffles of the recorded curves.")
  var shuffles = 200

  @Option(help: "Searches beside the grid, whose first points are drawn by seeds of their own.")
  var searches = 3

  @Option(help: "sharing, shared or loop; repeatable. (default: sharing and loop)")
  var part: [Part] = []

  @Option(help: "The program that makes the separate runs. (default: thaw, beside this one)")
  var thaw: String?

  func run() throws {
    guard epochs > 0, shuffles > 0, searches > 0 else {
      throw ValidationError("--epochs, --shuffles and --searches are at least 1")
    }
    for part in part.isEmpty ? [.sharing, .loop] : part {
      switch part {
      case .sharing: try measureSharing()
      case .shared: _ = try trainShared()
      case .loop: try measureLoop()
      }
    }
  }

  func recipe() -> Recipe {
    var configuration = EngineConfiguration()
    configuration.batch = 64
    configuration.head = HeadRequest()
    configuration.freeze = ["conv*"]
    configuration.epochs = epochs
    configuration.threads = threads
    return Recipe(
      model: .demo, data: nil, validation: nil, configuration: configuration, name: nil,
      demo: DemoFiles(folder: demo))
  }

  func inputs(_ wishes: String, budget: SearchBudget) throws -> SearchInputs {
    var recipe = recipe()
    return try recipe.loadSearch(.new(SearchWish.wishes(wishes), budget))
  }
}
