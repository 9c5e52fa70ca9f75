import ArgumentParser
import Files
import TestSupport

/// Damages the files of a run, of data and of a model, again and again, and has the program read them.
struct FaultsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "faults", abstract: "Damage files and see what the program makes of them.",
    discussion: """
      Each case damages one file and runs the commands that read it. Refusing it (exit 2) and doing \
      without it (exit 0) are right; a crash or a hang is not, and makes this exit 1.
      """)

  @Option(help: "The program. (default: thaw, beside this one)")
  var thaw: String?

  @Option(help: "Damaged files of each kind.")
  var count = 100

  @Option(help: "The same seed damages in the same way.")
  var seed: UInt64 = 1

  @Option(
    help:
      "\(FaultKind.allCases.map(\.rawValue).joined(separator: ", ")); repeatable. (default: all)")
  var kind: [FaultKind] = []

  @Option(help: "Seconds after which a command hangs.")
  var limit = 60

  @Option(help: "A folder that keeps what made the program crash or hang.")
  var keep: String?

  func run() throws {
    guard count > 0, limit > 0 else {
      throw ValidationError("--count and --limit are at least 1")
    }
    let bed = try FaultBed(thaw: thaw ?? Self.neighbour, limit: .seconds(limit), keep: keep)
    var table = FaultTable()
    for kind in kind.isEmpty ? FaultKind.allCases : kind {
      // Each kind has numbers of its own: asking for one alone damages it in the same way.
      var mutations = Mutations(seed: seed &* 31 &+ UInt64(kind.number))
      for number in 0..<count {
        for result in try bed.run(kind, number, &mutations) {
          table.count(kind, result)
          if result.outcome.isFault { print(result.line(kind, number, seed: seed)) }
        }
      }
    }
    for line in table.lines { print(line) }
    if table.hasFaults { throw ExitCode(1) }
  }

  private static var neighbour: String {
    joinPath(splitPath(CommandLine.arguments[0]).folder, "thaw")
  }
}

/// What is damaged.
enum FaultKind: String, CaseIterable, ExpressibleByArgument {
  /// `run.json`, any byte of it, and its numbers alone.
  case record, options
  case journal
  /// Its header's bytes, its header's numbers, and anywhere.
  case checkpoint
  case lock
  case idx, gzip, npy
  case model

  var number: Int { Self.allCases.firstIndex(of: self)! }
}

/// How one command ended.
struct FaultResult {
  enum Outcome: Hashable, CaseIterable {
    case done, failed, refused, unclear, crash, hang

    var isFault: Bool { self == .crash || self == .hang }

    var title: String {
      switch self {
      case .done: "exit 0"
      case .failed: "exit 1"
      case .refused: "exit 2"
      // Another status, or an error in no line or in many.
      case .unclear: "unclear"
      case .crash: "crash"
      case .hang: "hang"
      }
    }
  }

  let command: String
  let outcome: Outcome
  /// The signal, or where the case is kept.
  let note: String

  func line(_ kind: FaultKind, _ number: Int, seed: UInt64) -> String {
    "\(outcome.title): \(kind.rawValue) \(number) (seed \(seed)), \(command): \(note)"
  }
}

/// Outcomes, counted by what was damaged and which command read it.
struct FaultTable {
  private struct Row: Hashable {
    let kind: FaultKind
    let command: String
  }

  private var rows: [Row] = []
  private var counts: [Row: [FaultResult.Outcome: Int]] = [:]

  mutating func count(_ kind: FaultKind, _ result: FaultResult) {
    let row = Row(kind: kind, command: result.command)
    if counts[row] == nil { rows.append(row) }
    counts[row, default: [:]][result.outcome, default: 0] += 1
  }

  var hasFaults: Bool {
    counts.values.contains { $0.contains { $0.key.isFault && $0.value > 0 } }
  }

  var lines: [String] {
    let outcomes = FaultResult.Outcome.allCases
    let title =
      "damaged".padded(12) + "read by".padded(10)
      + outcomes.map { $0.title.padded(9) }.joined()
    let body = rows.map { row in
      row.kind.rawValue.padded(12) + row.command.padded(10)
        + outcomes.map { "\(counts[row]?[$0] ?? 0)".padded(9) }.joined()
    }
    let sums = outcomes.map { outcome in
      "\(counts.values.reduce(0) { $0 + ($1[outcome] ?? 0) })".padded(9)
    }
    return [title] + body + ["all".padded(22) + sums.joined()]
  }
}
