import EngineInterface
import Files
import FoundationEssentials
import Glibc

/// The journal of a run, open for appending.
///
/// Entries are in the file when `append` returns; the metrics of single steps are gathered and
/// written together at least once a second. What a kill can take is less than a second of a chart.
/// A power cut can take what came after the last `synchronize`, that is, after the last checkpoint.
///
/// Belongs to one queue at a time.
package final class Journal {
  package let path: String
  private let descriptor: Int32
  /// Bytes of whole lines in the file.
  private var length: Int
  private let encoder = JSONCoding.encoder()
  /// Encoded lines that the disk has not taken yet.
  private var unwritten: [UInt8] = []
  private var points: [[MetricName: Float]] = []
  private var firstPoint = 0
  private var lastWrite = ContinuousClock.now

  /// Opens the journal, made if need be; a torn last line is cut off.
  /// - Throws: `FileError`.
  package init(path: String) throws {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o666)
    guard descriptor >= 0 else { throw FileError(path: path, action: "open", code: errno) }
    length = 0
    // Thrown from here on, `deinit` closes it.
    length = try JournalContents.wholeLines(in: InputFile(path: path))
    guard ftruncate(descriptor, off_t(length)) == 0 else {
      throw FileError(path: path, action: "write", code: errno)
    }
  }

  deinit {
    guard descriptor >= 0 else { return }
    try? flush()
    close(descriptor)
  }

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
    guard fdatasync(descriptor) == 0 else {
      throw FileError(path: path, action: "sync", code: errno)
    }
  }

  private func encodePoints() {
    guard !points.isEmpty else { return }
    encode(.steps(StepBlock(first: firstPoint, points: points)))
    points.removeAll(keepingCapacity: true)
  }

  private func encode(_ entry: JournalEntry) {
    do {
      unwritten.append(contentsOf: try encoder.encode(entry))
      unwritten.append(UInt8(ascii: "\n"))
    } catch {
      preconditionFailure("journal entry cannot be encoded: \(error)")
    }
  }

  private func write() throws {
    lastWrite = .now
    guard !unwritten.isEmpty else { return }
    do {
      guard lseek(descriptor, off_t(length), SEEK_SET) >= 0 else {
        throw FileError(path: path, action: "write", code: errno)
      }
      try unwritten.withUnsafeBytes { try writeAll($0, to: descriptor, path: path) }
    } catch {
      // A full disk takes part of a line: it is taken back, so that the file stays whole.
      _ = ftruncate(descriptor, off_t(length))
      throw error
    }
    length += unwritten.count
    unwritten.removeAll(keepingCapacity: true)
  }
}
