import Glibc

/// Ends a wait in `poll` from any thread.
final class WakePipe: Sendable {
  let readingEnd: Int32
  private let writingEnd: Int32

  /// - Throws: `FileError`.
  init() throws {
    let ends = try PipeEnds()
    (readingEnd, writingEnd) = (ends.reading, ends.writing)
  }

  /// Never blocks: a full pipe wakes as well as one byte more would.
  func wake() {
    var byte: UInt8 = 1
    _ = write(writingEnd, &byte, 1)
  }

  deinit {
    close(readingEnd)
    close(writingEnd)
  }
}
