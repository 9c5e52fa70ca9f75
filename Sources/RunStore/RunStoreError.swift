import EngineInterface
import Files

/// What is wrong with a run, beyond what `FileError` and `FormatError` say of its files.
package enum RunStoreError: Error, Equatable, CustomStringConvertible {
  case alreadyExists(run: String, folder: String)
  case notFound(run: String, folder: String)
  case invalidName(String)
  /// Another process trains it.
  case inUse(run: String, process: Int?)
  /// There is none such; what there is, as `--from` takes it.
  case noCheckpoint(run: String, choices: [String])
  /// It was read and is bad; what there is in its place.
  case damagedCheckpoint(run: String, problem: String, choices: [String])
  /// The journal tells of checkpoints, the last of this step, and there are none.
  case lostCheckpoints(run: String, step: Int)
  case noHome

  package var description: String {
    switch self {
    case .alreadyExists(let run, let folder):
      "\(printable(folder)): there is a run '\(printable(run))' already; expected a new name"
    case .notFound(let run, let folder):
      "\(printable(folder)): no run '\(printable(run))'"
    case .invalidName(let name):
      "'\(printable(name))' cannot name a run: expected 1 to 200 bytes without '/' or control "
        + "characters, not beginning with '.'"
    case .inUse(let run, let process):
      "run '\(printable(run))' is being trained by "
        + (process.map { "process \($0)" } ?? "another process")
    case .noCheckpoint(let run, let choices):
      "run '\(printable(run))': there is no such checkpoint; \(Self.offer(choices))"
    case .damagedCheckpoint(let run, let problem, let choices):
      "run '\(printable(run))': a damaged checkpoint: \(problem); \(Self.offer(choices))"
    case .lostCheckpoints(let run, let step):
      "run '\(printable(run))': expected the checkpoint of step \(step), found none; "
        + Self.offer([])
    case .noHome:
      "no place for runs: expected HOME or XDG_DATA_HOME to be set, or --runs-dir"
    }
  }
  private static func offer(_ choices: [String]) -> String {
    let beginning = "--from 0 for its beginning"
    guard !choices.isEmpty else { return "expected \(beginning)" }
    return "expected " + choices.map { "--from \($0)" }.joined(separator: ", ") + ", or "
      + beginning
  }
}

extension FormatError {
  /// A file with a value that no run can have.
  package init(path: String, _ value: OutOfRange) {
    self.init(path: path, expected: value.expected, found: value.found)
  }
}
