import Foundation
import TestSupport
import Testing

/// The program as a person runs it: another process, its output and its exit status.
struct ThawProcess {
  let status: Int32
  let output: String
  let errors: String

  /// The program that was built beside these tests.
  static let executable: String = {
    let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return (tests as NSString).deletingLastPathComponent + "/thaw"
  }()

  /// Runs to the end.
  static func run(_ arguments: [String], environment: [String: String] = [:]) throws -> ThawProcess
  {
    let running = try Running(arguments, environment: environment)
    return running.wait()
  }

  /// One that still runs.
  final class Running {
    let process: ChildProcess
    private let folder: TemporaryFolder
    private var outputPath: String { folder.path + "/out" }
    private var errorPath: String { folder.path + "/err" }

    /// - Parameters:
    ///   - before: what a shell does first.
    ///   - fileLimit: KB beyond which no file may grow.
    ///   - outputPath: what standard output is, where it is not to be read.
    init(
      _ arguments: [String], environment: [String: String] = [:], before: String = "",
      fileLimit: Int? = nil,
      outputPath givenOutput: String? = nil
    ) throws {
      folder = TemporaryFolder()
      var command = [ThawProcess.executable] + arguments
      let before = before + (fileLimit.map { "ulimit -S -f \($0); " } ?? "")
      if !before.isEmpty { command = ["bash", "-c", before + #"exec "$0" "$@""#] + command }
      process = try ChildProcess(
        command[0], Array(command.dropFirst()), environment: environment,
        output: givenOutput ?? folder.path + "/out", errors: folder.path + "/err")
    }

    var output: String { (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? "" }
    var errors: String { (try? String(contentsOfFile: errorPath, encoding: .utf8)) ?? "" }

    func wait() -> ThawProcess {
      ThawProcess(status: process.wait(), output: output, errors: errors)
    }

    /// Waits until the output holds `text`.
    func wait(for text: String) throws {
      try waitUntil("'\(text)' in the output") {
        output.contains(text)
      } else: {
        output + errors
      }
    }
  }

  /// The objects of `--json` output, one a line.
  var objects: [[String: Any]] {
    output.split(separator: "\n").compactMap {
      try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
  }
}

/// Waits for a state, looking again and again; gives up only when something must be broken.
func waitUntil(
  _ what: String, _ condition: () throws -> Bool, else state: () -> String
) throws {
  let limit = Date().addingTimeInterval(120)
  while try !condition() {
    guard Date() < limit else {
      Issue.record("waited in vain for \(what); found:\n\(state())")
      throw WaitedInVain()
    }
    usleep(20_000)
  }
}

struct WaitedInVain: Error {}
