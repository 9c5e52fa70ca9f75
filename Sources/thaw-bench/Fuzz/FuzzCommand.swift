import ArgumentParser
import Files
import Glibc
import TestSupport

/// Damages small files in memory, again and again, and reads them in child processes, which may crash.
struct FuzzCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fuzz", abstract: "Read damaged pictures, data and models, by the thousand.",
    discussion: """
      Each case is a pure function of the seed and its number. A crash or a hang names the case, which \
      --from NUMBER --count 1 --here repeats in this process, and makes this exit 1.
      """)

  @Option(
    help: "\(FuzzKind.allCases.map(\.rawValue).joined(separator: ", ")); repeatable. (default: all)"
  )
  var kind: [FuzzKind] = []

  @Option(help: "Damaged files of each kind.")
  var count = 10_000

  @Option(help: "The same seed damages in the same way.")
  var seed: UInt64 = 1

  @Option(help: "The first case's number.")
  var from = 0

  @Option(help: "A folder with whole files of the kinds, which are damaged. (default: the tests')")
  var files: String?

  @Option(help: "Seconds after which a case hangs.")
  var limit = 20

  @Flag(help: "In this process.")
  var here = false

  func run() throws {
    guard count > 0, from >= 0, limit > 0 else {
      throw ValidationError("--count and --limit are at least 1, --from at least 0")
    }
    var isFaulty = false
    for kind in kind.isEmpty ? FuzzKind.allCases : kind {
      let bed = try FuzzBed(kind, folder: files, seed: seed)
      if here {
        print("\(kind.rawValue): \(try bed.run(from..<(from + count)).words)")
      } else if try !survives(kind) {
        isFaulty = true
      }
    }
    if isFaulty { throw ExitCode(1) }
  }

  /// Cases that a child runs at once.
  private static let chunk = 2_000

  /// Runs a kind's cases in children.
  private func survives(_ kind: FuzzKind) throws -> Bool {
    var tally = FuzzTally()
    var isGood = true
    for start in stride(from: from, to: from + count, by: Self.chunk) {
      let cases = start..<min(start + Self.chunk, from + count)
      if try !survives(kind, cases, &tally) { isGood = false }
    }
    print("\(kind.rawValue): \(tally.words)")
    return isGood
  }

  /// Runs cases together, and by halves where they do not come to a good end: whatever is named has
  /// crashed or hung by itself, not with others on a machine that had no time for all of them.
  private func survives(
    _ kind: FuzzKind, _ cases: Range<Int>, _ tally: inout FuzzTally
  ) throws -> Bool {
    if let part = try child(kind, cases) {
      tally.add(part)
      return true
    }
    guard cases.count > 1 else {
      print("\(kind.rawValue): case \(cases.lowerBound) of seed \(seed) crashes or hangs")
      return false
    }
    let middle = cases.lowerBound + cases.count / 2
    let first = try survives(kind, cases.lowerBound..<middle, &tally)
    let second = try survives(kind, middle..<cases.upperBound, &tally)
    return first && second
  }

  private func child(_ kind: FuzzKind, _ cases: Range<Int>) throws -> FuzzTally? {
    let temporary = TemporaryFolder()
    let output = temporary("output")
    let child = try ChildProcess(
      CommandLine.arguments[0],
      [
        "fuzz", "--here", "--kind", kind.rawValue, "--from", "\(cases.lowerBound)", "--count",
        "\(cases.count)", "--seed", "\(seed)",
      ] + (files.map { ["--files", $0] } ?? []), output: output)
    // A hang is one case that takes as long as all of them may.
    guard child.wait(atMost: .seconds(limit) + .milliseconds(20 * cases.count)) == .exit(0) else {
      return nil
    }
    return FuzzTally(
      words: String(decoding: try InputFile.contents(of: output, limit: 4096), as: UTF8.self))
  }
}

/// How many cases were read, and how many were refused.
struct FuzzTally {
  var read = 0
  var refused = 0

  init() {}

  /// Reads what `words` says after a colon.
  init(words: String) {
    let numbers =
      words.split(separator: ":").last.map { $0.split { !$0.isNumber }.compactMap { Int($0) } }
      ?? []
    if numbers.count == 2 { (read, refused) = (numbers[0], numbers[1]) }
  }

  mutating func add(_ other: FuzzTally) {
    read += other.read
    refused += other.refused
  }

  var words: String { "\(read) read, \(refused) refused" }
}
