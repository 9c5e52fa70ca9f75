import EngineInterface
import Files

/// What is wrong with a run, beyond what `FileError` and `FormatError` say of its files.
package enum RunStoreError: Error, Equatable, CustomStringConvertible {
  case alreadyExists(run: String, folder: String)
  case notFound(run: String, folder: String)
  case invalidName(String)
  /// Another process trains it.
  case inUse(run: String, process: Int?)
  /// Nothing to go on from; what each checkpoint lacks, if there are any.
  case noCheckpoint(run: String, damaged: [String])
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
    case .noCheckpoint(let run, let damaged):
      "run '\(printable(run))' has no checkpoint to go on from"
        + (damaged.isEmpty ? "" : ": " + damaged.joined(separator: "; "))
    case .noHome:
      "no place for runs: expected HOME or XDG_DATA_HOME to be set, or --runs-dir"
    }
  }
}

extension FormatError {
  /// A file with a value that no run can have.
  package init(path: String, _ value: OutOfRange) {
    self.init(path: path, expected: value.expected, found: value.found)
  }
}
