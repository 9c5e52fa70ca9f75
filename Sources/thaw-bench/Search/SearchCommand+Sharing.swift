import ArgumentParser
import EngineInterface
import Files
import TestSupport
import Training

/// Twelve trials of the head with the frozen layers in common, and twelve runs that share nothing.
extension SearchCommand {
  private static let trials = 12
  private static let wishes = "learning-rate"

  func measureSharing() throws {
    var shared = (losses: [[Double]](), passes: 0.0)
    let together = try Measurement.seconds { shared = try trainShared() }
    var losses: [[Double]] = []
    let apart = try Measurement.seconds { losses = try trainSeparately() }
    let start = Measurement.processorSecondsOfChildren
    let process = try Measurement.seconds { try runShared() }
    let middle = Measurement.processorSecondsOfChildren
    let processes = try Measurement.seconds { try runSeparately() }
    let end = Measurement.processorSecondsOfChildren
    let uncached = try Measurement.seconds { try runSeparately(["--cache-budget", "0"]) }
    print(
      """
      {"mode": "sharing", "trials": \(Self.trials), "epochs": \(epochs), \
      "inOneProcess": {"sharedSeconds": \(together), "separateSeconds": \(apart), \
      "ratio": \(apart / together), "sameLosses": \(shared.losses == losses)}, \
      "asProcesses": {"sharedSeconds": \(process), "separateSeconds": \(processes), \
      "ratio": \(processes / process), "sharedProcessorSeconds": \(middle - start), \
      "separateProcessorSeconds": \(end - middle), \
      "separateWithoutCacheSeconds": \(uncached), "ratioWithoutCache": \(uncached / process)}, \
      "trunkPasses": \(shared.passes)}
      """)
  }

  /// - Returns: each trial's losses, and how often the frozen layers have seen the data.
  func trainShared() throws -> (losses: [[Double]], passes: Double) {
    let grid = GridTraining(try inputs(Self.wishes, budget: SearchBudget(epochs: epochs)))
    let losses = try grid.losses(of: grid.grid([Self.trials]), epochs: epochs)
    return (losses, grid.trunkPasses)
  }

  /// Reads model and data and computes the frozen layers for each trial anew.
  private func trainSeparately() throws -> [[Double]] {
    try (0..<Self.trials).flatMap { index in
      let grid = GridTraining(try inputs(Self.wishes, budget: SearchBudget(epochs: epochs)))
      return try grid.losses(of: [grid.grid([Self.trials])[index]], epochs: epochs)
    }
  }

  /// The trials that share, in a process of their own as well.
  private func runShared() throws {
    let threads = threads.map { ["--threads", "\($0)"] } ?? []
    try run(
      CommandLine.arguments[0],
      ["search", "--part", "shared", "--epochs", "\(epochs)", "--demo", demo] + threads)
  }

  /// What a person without a search does: a run after the other, each with a folder of its own.
  /// - Parameter options: besides those that all runs have. Without a cache a run computes its frozen layers
  ///   in each epoch, as other programs do.
  private func runSeparately(_ options: [String] = []) throws {
    let program = thaw ?? joinPath(splitPath(CommandLine.arguments[0]).folder, "thaw")
    let folder = TemporaryFolder()
    let grid = GridTraining(try inputs(Self.wishes, budget: SearchBudget(epochs: epochs)))
    let threads = threads.map { ["--threads", "\($0)"] } ?? []
    for point in grid.grid([Self.trials]) {
      guard let rate = point.values.first?.number else { continue }
      try run(
        program,
        [
          "demo", "--headless", "--freeze", "conv*", "--epochs", "\(epochs)", "--learning-rate",
          "\(rate)", "--runs-dir", folder.path,
        ] + options + threads)
    }
  }

  private func run(_ program: String, _ arguments: [String]) throws {
    let status = try ChildProcess(program, arguments).wait()
    guard status == 0 else {
      throw FormatError(
        path: program, expected: "\(arguments.joined(separator: " ")) to end with 0",
        found: "\(status)")
    }
  }
}
