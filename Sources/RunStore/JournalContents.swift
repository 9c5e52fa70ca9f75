import EngineInterface
import Files
import FoundationEssentials
import Glibc

/// An edit, and the step that it was made at.
package struct JournaledEdit: Sendable, Equatable {
  package var step: Int
  package var time: Double
  package var edit: Edit
  /// Its place in the file.
  fileprivate var line: Int

  /// One that is not read from a file.
  package init(step: Int, time: Double, edit: Edit) {
    self.init(step: step, time: time, edit: edit, line: .max)
  }

  fileprivate init(step: Int, time: Double, edit: Edit, line: Int) {
    self.step = step
    self.time = time
    self.edit = edit
    self.line = line
  }
}

/// What a journal says, with everything left out that a later `resumed` or `discarded` supersedes.
package struct JournalContents: Sendable {
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
    /// The error's words, where it failed.
    package var reason: String?
  }

  /// In the order in which they took effect, those of superseded steps included.
  package private(set) var edits: [JournaledEdit] = []
  package private(set) var epochs: [EpochSummary] = []
  package private(set) var checkpoints: [CheckpointRecord] = []
  package private(set) var history = History()
  /// `nil` while it trains, and where it was killed.
  package private(set) var end: End?
  /// Time of the last entry that has one.
  package private(set) var lastTime: Double?
  /// Lines, from 1, that could not be understood, the first thousand of them; a torn last line is not
  /// among them.
  package private(set) var unreadableLines: [Int] = []

  /// What is to be applied again, in order and each at its step, by a run that goes on from the
  /// checkpoint of `step`.
  ///
  /// Edits of that very step are included whether the checkpoint contains them or not: every edit
  /// sets a value, so that the same edits in the same order come to the same settings again.
  package func edits(from step: Int) -> [JournaledEdit] {
    edits.filter { $0.step >= step }
  }

  /// What was edited before the last checkpoint of `step` was written: of that very step an edit may have
  /// come after it.
  package func edits(inCheckpointOf step: Int) -> [JournaledEdit] {
    let line = checkpoints.last { $0.step == step }?.line ?? .max
    return edits.filter { $0.step < step || $0.step == step && $0.line < line }
  }

  /// - Parameter metrics: whether `history` is wanted; reading is much faster without it.
  /// - Throws: `FileError`; `FormatError` for one that is larger than any run's. A journal that is not
  ///   there is an empty one.
  package static func read(_ path: String, metrics: Bool = true) throws -> JournalContents {
    let file: InputFile
    do {
      file = try InputFile(path: path)
    } catch let error as FileError where error.isMissing {
      return JournalContents()
    }
    try checkSize(of: file)
    var reading = Reading(metrics: metrics)
    try forEachLine(in: file) { reading.take($0) }
    return reading.finish()
  }

  // MARK: - Lines

  /// Longest line that is understood.
  private static let maximumLineBytes = 16 << 20
  private static let pieceBytes = 1 << 20
  /// Most bytes that a journal may have, holes not counted: a hundred million steps.
  private static let maximumBytes = 8 << 30

  static func checkSize(of file: InputFile) throws {
    // Asked of the size first: telling holes from data takes longer.
    guard file.size > maximumBytes else { return }
    let bytes = file.dataRanges().reduce(0) { $0 + $1.count }
    guard bytes <= maximumBytes else {
      throw FormatError(
        path: file.path, expected: "a journal of at most \(maximumBytes >> 30) GiB",
        found: "\(bytes >> 30) GiB")
    }
  }

  /// Bytes up to the end of the last whole line.
  static func wholeLines(in file: InputFile) throws -> Int {
    try checkSize(of: file)
    for range in file.dataRanges().reversed() {
      var end = range.upperBound
      while end > range.lowerBound {
        let start = max(range.lowerBound, end - pieceBytes)
        let piece = try file.bytes(at: start, count: end - start)
        if let newline = lastNewline(in: piece) { return start + newline + 1 }
        end = start
      }
    }
    return 0
  }

  /// Calls `body` with every whole line; `nil` for one that is too long or has a hole.
  static func forEachLine(in file: InputFile, _ body: (ArraySlice<UInt8>?) -> Void) throws {
    var line: [UInt8] = []
    var isLost = false
    var position = 0
    for range in file.dataRanges() {
      if range.lowerBound > position {
        isLost = true
        line.removeAll()
      }
      position = range.lowerBound
      while position < range.upperBound {
        let piece = try file.bytes(
          at: position, count: min(pieceBytes, range.upperBound - position))
        position += piece.count
        var start = 0
        while let newline = firstNewline(in: piece, from: start) {
          if isLost {
            body(nil)
          } else if line.isEmpty {
            body(piece[start..<newline])
          } else {
            line.append(contentsOf: piece[start..<newline])
            body(line[...])
          }
          line.removeAll(keepingCapacity: true)
          isLost = false
          start = newline + 1
        }
        if isLost || line.count + piece.count - start > maximumLineBytes {
          isLost = true
          line.removeAll()
        } else {
          line.append(contentsOf: piece[start...])
        }
      }
    }
  }

  private static func firstNewline(in piece: [UInt8], from start: Int) -> Int? {
    piece.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress,
        let found = memchr(base + start, Int32(UInt8(ascii: "\n")), bytes.count - start)
      else { return nil }
      return UnsafeRawPointer(found) - base
    }
  }

  private static func lastNewline(in piece: [UInt8]) -> Int? {
    var last: Int?
    while let next = firstNewline(in: piece, from: last.map { $0 + 1 } ?? 0) { last = next }
    return last
  }

  // MARK: - Entries

  /// Takes entries as they come, in time that grows with the journal and no faster.
  private struct Reading {
    let metrics: Bool
    let decoder = JSONCoding.decoder()
    var contents = JournalContents()
    var points: [MetricName: [(step: Int, value: Float)]] = [:]
    /// Steps after which everything was dropped, edits included, and the line of the checkpoint
    /// of that step, 0 where there was none.
    var discards: [(step: Int, line: Int, checkpointLine: Int)] = []
    var lineNumber = 0

    private static let mostUnreadableLines = 1000
    private static let mostMetrics = 256

    init(metrics: Bool) {
      self.metrics = metrics
    }

    mutating func take(_ line: ArraySlice<UInt8>?) {
      lineNumber += 1
      // What is no object is not worth a decoder's time: a damaged file may have millions of lines.
      guard let line, line.first == UInt8(ascii: "{") else { return noteUnreadable() }
      if !metrics, line.starts(with: #"{"steps":"#.utf8) { return }
      guard let entry = try? decoder.decode(JournalEntry.self, from: Data(line)),
        entry.isPlausible
      else { return noteUnreadable() }
      take(entry)
    }

    private mutating func noteUnreadable() {
      guard contents.unreadableLines.count < Self.mostUnreadableLines else { return }
      contents.unreadableLines.append(lineNumber)
    }

    mutating func take(_ entry: JournalEntry) {
      switch entry {
      case .edit(let step, let time, let edit):
        contents.lastTime = time
        contents.edits.append(JournaledEdit(step: step, time: time, edit: edit, line: lineNumber))
      case .steps(let block):
        block.forEachPoint { add($0, step: $1, $2) }
      case .epoch(let time, let summary):
        contents.lastTime = time
        // Lists stand in the order of their steps, whatever a file says: what is superseded is then
        // at their end.
        contents.epochs.removeLast(while: { $0.step > summary.step })
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
        contents.checkpoints.removeLast(while: { $0.step > step })
        contents.checkpoints.append(
          CheckpointRecord(
            step: step, time: time, file: file, isBest: isBest, line: lineNumber))
      case .resumed(let step, let time):
        supersede(after: step, at: time)
      case .discarded(let step, let time):
        supersede(after: step, at: time)
        let written = contents.checkpoints.last
        discards.append(
          (step, lineNumber, written.flatMap { $0.step == step ? $0.line : nil } ?? 0))
      case .ended(let step, let time, let how, let reason):
        contents.lastTime = time
        contents.end = End(step: step, time: time, how: how, reason: reason)
      }
    }

    private mutating func add(_ key: MetricName, step: Int, _ value: Float) {
      guard metrics, points[key] != nil || points.count < Self.mostMetrics else { return }
      points[key, default: []].removeLast(while: { $0.step > step })
      points[key, default: []].append((step, value))
    }

    private mutating func supersede(after step: Int, at time: Double) {
      contents.lastTime = time
      contents.end = nil
      contents.epochs.removeLast(while: { $0.step > step })
      contents.checkpoints.removeLast(while: { $0.step > step })
      for key in points.keys { points[key]!.removeLast(while: { $0.step > step }) }
    }

    mutating func finish() -> JournalContents {
      for (key, column) in points {
        for point in column {
          contents.history.append(key, step: point.step, value: Double(point.value))
        }
      }
      dropDiscardedEdits()
      // By step, and within a step as they came: what a resumed run applied again late may stand
      // after an edit that was made earlier in the steps but later in time.
      contents.edits.sort { ($0.step, $0.line) < ($1.step, $1.line) }
      return contents
    }

    /// An edit is dropped by any later discard of an earlier step, and by one of its own step
    /// unless it stands before that step's checkpoint.
    private mutating func dropDiscardedEdits() {
      var rest = discards[...]
      var earliest = Int.max
      var checkpointLines: [Int: Int] = [:]
      var kept: [JournaledEdit] = []
      for edit in contents.edits.reversed() {
        while let discard = rest.last, discard.line > edit.line {
          earliest = min(earliest, discard.step)
          checkpointLines[discard.step] = min(
            checkpointLines[discard.step] ?? .max, discard.checkpointLine)
          rest.removeLast()
        }
        let isDropped =
          earliest < edit.step || checkpointLines[edit.step].map { edit.line > $0 } == true
        if !isDropped { kept.append(edit) }
      }
      contents.edits = kept.reversed()
    }
  }
}

extension Array {
  /// Takes elements away from the end for as long as they are what `isSuperseded` says.
  fileprivate mutating func removeLast(while isSuperseded: (Element) -> Bool) {
    while let last, isSuperseded(last) { removeLast() }
  }
}
