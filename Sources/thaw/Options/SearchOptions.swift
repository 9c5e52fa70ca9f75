import ArgumentParser
import EngineInterface
import Training

/// What is searched, and how far.
struct SearchOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      What is searched: \(SearchVariable.named.map(\.name).joined(separator: ", ")), or dropout:LAYER \
      for one layer (where it has none, one is put after it); several with commas between them. \
      NAME=LOWER..UPPER, or NAME=CHOICE|CHOICE, gives the values. Repeatable. (default: learning-rate, \
      and dropout where the network has it, else max-norm)
      """,
      valueName: "values"))
  var over: [String] = []

  @Option(help: "Trials at most. (default: until nothing gets better)")
  var trials: Int?

  @Option(help: "Minutes of work at most. (default: until nothing gets better)")
  var minutes: Double?

  /// - Parameter epochs: of a trial that is never stopped.
  /// - Throws: `ConfigurationError`.
  func request(epochs: Int) throws -> SearchRequest {
    let wishes = try ConfigurationError.naming("over") {
      try over.flatMap { try SearchWish.wishes($0) }
    }
    if let trials, !(1...100_000).contains(trials) {
      throw ConfigurationError(option: "trials", expected: "1 to 100000", found: "\(trials)")
    }
    if let minutes, !(minutes > 0 && minutes <= 1e6) {
      throw ConfigurationError(
        option: "minutes", expected: "more than 0, at most 1000000", found: "\(minutes)")
    }
    return .new(wishes, SearchBudget(trials: trials, minutes: minutes, epochs: epochs))
  }
}
