import EngineInterface
import Files
import FoundationEssentials

/// The journal of a run, open for appending.
///
/// Entries are in the file when `append` returns; the metrics of single steps are gathered and
/// written together at least once a second. What a kill can take is less than a second of a chart.
/// A power cut can take what came after the last `synchronize`, that is, after the last checkpoint.
///
/// Belongs to one queue at a time.
package final class Journal {
  package var path: String { lines.path }
  private let lines: LineFile
  private let encoder = JSONCoding.encoder()
  private var points: [[MetricName: Float]] = []
  private var firstPoint = 0
  private var lastWrite = ContinuousClock.now

  /// Opens the journal, made if need be; a torn last line is cut off.
  /// - Throws: `FileError`.
  package init(path: String) throws {
    lines = try LineFile(path: path)
  }

  deinit { encodePoints() }

  /// Writes an entry, after the steps before it.
  /// - Throws: `FileError`. The entry is kept and written with the next one; the file ends in a
  ///   whole line.
  package func append(_ entry: JournalEntry) throws {
    encodePoints()
    encode(entry)
    try write()
  }

  /// Takes down the metrics of one step; written with others within a second.
  /// - Parameter step: steps done, this one included.
  package func append(step: Int, _ values: [MetricName: Float]) throws {
    if let last = points.last, step != firstPoint + points.count || last.keys != values.keys {
      encodePoints()
    }
    if points.isEmpty { firstPoint = step }
    points.append(values)
    if ContinuousClock.now - lastWrite >= .seconds(1) { try flush() }
  }

  /// Writes what has been gathered. Call it when training pauses.
  /// - Throws: `FileError`; what could not be written is kept for the next time.
  package func flush() throws {
    encodePoints()
    try write()
  }

  /// Writes what has been gathered, and makes it survive a power cut.
  package func synchronize() throws {
    try flush()
    try lines.synchronize()
  }

  private func encodePoints() {
    guard !points.isEmpty else { return }
    encode(.steps(StepBlock(first: firstPoint, points: points)))
    points.removeAll(keepingCapacity: true)
  }

  private func encode(_ entry: JournalEntry) {
    do {
      lines.add(try encoder.encode(entry))
    } catch {
      preconditionFailure("journal entry cannot be encoded: \(error)")
    }
  }

  private func write() throws {
    lastWrite = .now
    try lines.write()
  }
}
