import ArgumentParser
import Datasets
import Files
import Glibc
import Images
import TestSupport

/// Damages small files in memory, again and again, and reads them in child processes, which may crash.
struct FuzzCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fuzz", abstract: "Read damaged pictures and data, by the thousand.",
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

  /// Runs a kind's cases in children, and looks for the case where one does not come to a good end.
  private func survives(_ kind: FuzzKind) throws -> Bool {
    var tally = FuzzTally()
    var isGood = true
    for start in stride(from: from, to: from + count, by: Self.chunk) {
      let cases = start..<min(start + Self.chunk, from + count)
      if let part = try child(kind, cases) {
        tally.add(part)
        continue
      }
      isGood = false
      // Halves, until one case is left.
      var bad = cases
      while bad.count > 1 {
        let half = bad.lowerBound..<(bad.lowerBound + bad.count / 2)
        bad = try child(kind, half) == nil ? half : half.upperBound..<bad.upperBound
      }
      print("\(kind.rawValue): case \(bad.lowerBound) of seed \(seed) crashes or hangs")
    }
    print("\(kind.rawValue): \(tally.words)")
    return isGood
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

/// What is damaged.
enum FuzzKind: String, CaseIterable, ExpressibleByArgument {
  case jpeg, png, webp, csv, npz
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

/// Whole files of one kind, and how a damaged one is read.
struct FuzzBed {
  private let kind: FuzzKind
  private let seed: UInt64
  private let originals: [[UInt8]]
  private let temporary = TemporaryFolder()

  init(_ kind: FuzzKind, folder: String?, seed: UInt64) throws {
    self.kind = kind
    self.seed = seed
    let tests = joinPath(splitPath(#filePath).folder, "../../../Tests")
    if kind == .csv {
      originals = [
        Array("path,label\na.png,cat\nb.png,dog\n\"c d.png\",\"cat\"\ne.png,\"dog\"\n".utf8),
        Array("a.png,1\r\nb.png,2\r\nc d.png,1\r\ne.png,2\r\n".utf8),
      ]
      let picture = joinPath(tests, "ImagesTests/Fixtures/pictures/colour.png")
      let bytes = try InputFile.contents(of: picture, limit: 1 << 20)
      for name in ["a.png", "b.png", "c d.png", "e.png"] { try temporary.write(bytes, to: name) }
      return
    }
    let folder =
      folder
      ?? joinPath(tests, kind == .npz ? "DatasetsTests/Fixtures" : "ImagesTests/Fixtures/pictures")
    let suffix = kind == .jpeg ? ".jpg" : ".\(kind.rawValue)"
    originals = try Folder.names(in: folder).filter { $0.hasSuffix(suffix) }.map {
      try InputFile.contents(of: joinPath(folder, $0), limit: 1 << 20)
    }
    guard !originals.isEmpty else {
      throw ValidationError("\(folder): no file *\(suffix) to damage")
    }
  }

  func run(_ cases: Range<Int>) throws -> FuzzTally {
    var tally = FuzzTally()
    for number in cases {
      var mutations = Mutations(seed: seed &* 1_000_003 &+ UInt64(number))
      let bytes = mutations.damaged(originals[number % originals.count])
      do {
        switch kind {
        case .jpeg, .png, .webp: _ = try Picture.decode(bytes, path: "damaged")
        case .csv, .npz:
          let path = try temporary.write(bytes, to: "damaged.\(kind.rawValue)")
          _ = try PictureData.load(path, options: ReadingOptions(workers: 1))
        }
        tally.read += 1
      } catch {
        guard !"\(error)".contains("\n") else { fatalError("more than a line: \(error)") }
        tally.refused += 1
      }
    }
    return tally
  }
}
