import Glibc

/// Ends a wait in `poll` from any thread.
final class WakePipe: Sendable {
  let readingEnd: Int32
  private let writingEnd: Int32

  init() {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { preconditionFailure("no pipe: errno \(errno)") }
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    (readingEnd, writingEnd) = (ends[0], ends[1])
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
