import Files
import Glibc

/// A pipe within the process, whose ends never block.
struct PipeEnds {
  let reading: Int32
  let writing: Int32

  /// - Throws: `FileError`.
  init() throws {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw FileError(path: "a pipe", action: "create", code: errno) }
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    (reading, writing) = (ends[0], ends[1])
  }
}
