import EngineInterface
import Files
import FoundationEssentials

/// What a journal says, with everything left out that a later `resumed` or `discarded` supersedes.
package struct JournalContents: Sendable {
  package struct Command: Sendable, Equatable {
    package var step: Int
    package var time: Double
    package var command: EngineCommand
    /// Its place in the file.
    fileprivate var line: Int

    /// One that is not read from a file.
    package init(step: Int, time: Double, command: EngineCommand) {
      self.init(step: step, time: time, command: command, line: .max)
    }

    fileprivate init(step: Int, time: Double, command: EngineCommand, line: Int) {
      self.step = step
      self.time = time
      self.command = command
      self.line = line
    }
  }

  package struct CheckpointRecord: Sendable, Equatable {
    package var step: Int
    package var time: Double
    package var file: String
    package var isBest: Bool
    fileprivate var line: Int
  }

  package struct End: Sendable, Equatable {
    package var step: Int
    package var time: Double
    package var how: RunEnd
    package var reason: String
  }

  /// In the order in which they took effect, those of superseded steps included.
  package private(set) var commands: [Command] = []
  package private(set) var epochs: [EpochSummary] = []
  package private(set) var checkpoints: [CheckpointRecord] = []
  package private(set) var history = History()
  /// `nil` while it trains, and where it was killed.
  package private(set) var end: End?
  /// Time of the last entry that has one.
  package private(set) var lastTime: Double?
  /// Lines, from 1, that could not be understood; a torn last line is not among them.
  package private(set) var unreadableLines: [Int] = []

  /// What is to be applied again, in order and each at its step, by a run that goes on from the
  /// checkpoint of `step`.
  ///
  /// Edits of that very step are included whether the checkpoint contains them or not: every edit
  /// sets a value, so that the same edits in the same order come to the same settings again.
  package func commands(from step: Int) -> [Command] {
    commands.filter { $0.step >= step }
  }

  /// - Parameter metrics: whether `history` is wanted; reading is much faster without it.
  /// - Throws: `FileError`. A journal that is not there is an empty one.
  package static func read(_ path: String, metrics: Bool = true) throws -> JournalContents {
    let file: InputFile
    do {
      file = try InputFile(path: path)
    } catch let error as FileError where error.isMissing {
      return JournalContents()
    }
    var reading = Reading(metrics: metrics)
    try forEachLine(in: file) { reading.take($0) }
    return reading.finish()
  }

  // MARK: - Lines

  /// Longest line that is understood.
  private static let maximumLineBytes = 16 << 20
  private static let pieceBytes = 1 << 20

  /// Bytes up to the end of the last whole line.
  static func wholeLines(in file: InputFile) throws -> Int {
    var end = file.size
    while end > 0 {
      let start = max(0, end - pieceBytes)
      let piece = try file.bytes(at: start, count: end - start)
      if let newline = piece.lastIndex(of: UInt8(ascii: "\n")) { return start + newline + 1 }
      end = start
    }
    return 0
  }

  /// Calls `body` with every whole line; `nil` for one that is too long.
  private static func forEachLine(in file: InputFile, _ body: (ArraySlice<UInt8>?) -> Void) throws {
    var line: [UInt8] = []
    var isTooLong = false
    var position = 0
    while position < file.size {
      let piece = try file.bytes(at: position, count: min(pieceBytes, file.size - position))
      position += piece.count
      var start = 0
      while let newline = piece[start...].firstIndex(of: UInt8(ascii: "\n")) {
        if isTooLong {
          body(nil)
        } else if line.isEmpty {
          body(piece[start..<newline])
        } else {
          line.append(contentsOf: piece[start..<newline])
          body(line[...])
        }
        line.removeAll(keepingCapacity: true)
        isTooLong = false
        start = newline + 1
      }
      if line.count + piece.count - start > maximumLineBytes {
        isTooLong = true
        line.removeAll()
      } else {
        line.append(contentsOf: piece[start...])
      }
    }
  }

  // MARK: - Entries

  private struct Reading {
    let metrics: Bool
    let decoder = JSONCoding.decoder()
    var contents = JournalContents()
    var points: [History.Key: [(step: Int, value: Float)]] = [:]
    var lineNumber = 0

    init(metrics: Bool) {
      self.metrics = metrics
    }

    mutating func take(_ line: ArraySlice<UInt8>?) {
      lineNumber += 1
      guard let line else {
        contents.unreadableLines.append(lineNumber)
        return
      }
      if !metrics, line.starts(with: #"{"steps":"#.utf8) { return }
      guard let entry = try? decoder.decode(JournalEntry.self, from: Data(line)),
        entry.isPlausible
      else {
        contents.unreadableLines.append(lineNumber)
        return
      }
      take(entry)
    }

    mutating func take(_ entry: JournalEntry) {
      switch entry {
      case .command(let step, let time, let command):
        contents.lastTime = time
        contents.commands.append(
          Command(step: step, time: time, command: command, line: lineNumber))
      case .steps(let block):
        block.forEachPoint { add($0, step: $1, $2) }
      case .epoch(let time, let summary):
        contents.lastTime = time
        contents.epochs.append(summary)
        if let validation = summary.validation {
          add(.validationLoss, step: summary.step, Float(validation.loss))
          add(.validationAccuracy, step: summary.step, Float(validation.accuracy))
          if let top5 = validation.top5 {
            add(.validationTop5, step: summary.step, Float(top5))
          }
        }
      case .checkpoint(let step, let time, let file, let isBest):
        contents.lastTime = time
        contents.checkpoints.append(
          CheckpointRecord(
            step: step, time: time, file: file, isBest: isBest, line: lineNumber))
      case .resumed(let step, let time):
        supersede(after: step, at: time)
      case .discarded(let step, let time):
        let written = contents.checkpoints.last { $0.step == step }?.line ?? 0
        contents.commands.removeAll {
          $0.step > step || ($0.step == step && $0.line > written)
        }
        supersede(after: step, at: time)
      case .ended(let step, let time, let how, let reason):
        contents.lastTime = time
        contents.end = End(step: step, time: time, how: how, reason: reason)
      }
    }

    private mutating func add(_ key: History.Key, step: Int, _ value: Float) {
      if metrics { points[key, default: []].append((step, value)) }
    }

    private mutating func supersede(after step: Int, at time: Double) {
      contents.lastTime = time
      contents.end = nil
      contents.epochs.removeAll { $0.step > step }
      contents.checkpoints.removeAll { $0.step > step }
      for key in points.keys { points[key]!.removeAll { $0.step > step } }
    }

    mutating func finish() -> JournalContents {
      for (key, column) in points {
        for point in column {
          contents.history.append(key, step: point.step, value: Double(point.value))
        }
      }
      // By step, and within a step as they came: what a resumed run applied again late may stand
      // after an edit that was made earlier in the steps but later in time.
      contents.commands.sort { ($0.step, $0.line) < ($1.step, $1.line) }
      return contents
    }
  }
}
