import Foundation
import TestSupport
import Testing

/// The program in a real pseudo-terminal: tmux runs it, types and reads the screen.
final class TerminalSession {
  private let folder: TemporaryFolder
  private let socket: String
  /// Where the program's exit status is written when it ends.
  private let statusPath: String

  /// - Parameter ending: what the shell reads after the command, such as ` | cat`.
  init(
    _ arguments: [String], columns: Int = 120, rows: Int = 36,
    environment: [String: String] = [:], ending: String = ""
  ) throws {
    folder = TemporaryFolder()
    socket = folder.path + "/tmux"
    statusPath = folder.path + "/status"
    let variables = environment.map { "\($0)=\(Self.quoted($1))" }.sorted().joined(separator: " ")
    let program = ([ThawProcess.executable] + arguments).map(Self.quoted).joined(separator: " ")
    let command =
      "env LANG=C.UTF-8 LC_ALL=C.UTF-8 \(variables) \(program)\(ending); "
      + "echo $? > \(Self.quoted(statusPath)); echo left the program; cat"
    try tmux([
      "-f", "/dev/null", "new-session", "-d", "-s", "thaw", "-x", "\(columns)", "-y", "\(rows)",
      command,
    ])
  }

  deinit {
    _ = try? tmux(["kill-server"])
  }

  /// Types keys by tmux's names, such as `Down`, `Space`, `q`.
  func type(_ keys: String...) throws {
    try tmux(["send-keys", "-t", "thaw"] + keys)
  }

  /// The program's process.
  func processNumber() throws -> pid_t {
    let pane = try tmux(["list-panes", "-t", "thaw", "-F", "#{pane_pid}"])
    let shell = try #require(pid_t(pane.trimmingCharacters(in: .whitespacesAndNewlines)))
    let children = try String(
      contentsOfFile: "/proc/\(shell)/task/\(shell)/children", encoding: .utf8)
    return try #require(children.split(separator: " ").compactMap { pid_t($0) }.first)
  }

  func resize(columns: Int, rows: Int) throws {
    try tmux(["resize-window", "-t", "thaw", "-x", "\(columns)", "-y", "\(rows)"])
  }

  var screen: String {
    (try? tmux(["capture-pane", "-p", "-t", "thaw"])) ?? ""
  }

  /// The screen with the sequences that colour it.
  var colours: String {
    get throws { try tmux(["capture-pane", "-e", "-p", "-t", "thaw"]) }
  }

  /// Waits until the screen holds `text`, and returns the screen.
  @discardableResult
  func wait(for text: String) throws -> String {
    try wait("'\(text)' on the screen") { $0.contains(text) }
  }

  @discardableResult
  func wait(_ what: String, until condition: (String) -> Bool) throws -> String {
    var seen = ""
    try waitUntil(what) {
      seen = screen
      return condition(seen)
    } else: {
      seen
    }
    return seen
  }

  /// Waits until the run trains epoch `number`, or a later one: short epochs pass between two looks.
  func waitForEpoch(_ number: Int) throws {
    try wait("epoch \(number) or later") { screen in
      screen.firstMatch(of: /epoch ([\d ]+)\//).flatMap { Int($0.1.filter(\.isNumber)) } ?? 0
        >= number
    }
  }

  /// Waits for the end of the program and returns its exit status.
  func waitForExit() throws -> Int32 {
    var status: Int32?
    try waitUntil("the program's end") {
      let text = try? String(contentsOfFile: statusPath, encoding: .utf8)
      status = text.flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
      return status != nil
    } else: {
      screen
    }
    return status ?? -1
  }

  @discardableResult
  private func tmux(_ arguments: [String]) throws -> String {
    let output = folder.path + "/screen"
    let process = try ChildProcess(
      "tmux", ["-S", socket] + arguments,
      environment: ["LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"],
      output: output)
    _ = process.wait()
    return try String(contentsOfFile: output, encoding: .utf8)
  }

  private static func quoted(_ text: String) -> String {
    "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'"
  }
}
