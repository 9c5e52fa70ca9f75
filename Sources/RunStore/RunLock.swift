import Files
import Glibc

/// Holds a run for one process: two trainers of one run would overwrite each other's checkpoints.
/// The system releases it when the process ends, however it ends.
final class RunLock {
  /// Someone else has it.
  struct Held: Error {
    /// The process that took it, as far as it is known.
    let process: Int?
  }

  private let descriptor: Int32

  /// - Throws: `Held`, `FileError`.
  init(path: String) throws {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o666)
    guard descriptor >= 0 else { throw FileError(path: path, action: "open", code: errno) }
    // `isHeld` takes the lock for an instant: one refusal is not an answer yet.
    var attempts = 20
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let code = errno
      attempts -= code == EINTR ? 0 : 1
      if code == EWOULDBLOCK || code == EINTR, attempts > 0 {
        usleep(10_000)
        continue
      }
      // `deinit` runs on the way out, too, and closes it.
      guard code == EWOULDBLOCK else { throw FileError(path: path, action: "lock", code: code) }
      throw Held(process: Self.process(named: path))
    }
    // For people and messages only, so a full disk does not matter.
    _ = ftruncate(descriptor, 0)
    _ = "\(getpid())\n".utf8CString.withUnsafeBytes {
      write(descriptor, $0.baseAddress!, $0.count - 1)
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Whether a living process holds the lock.
  static func isHeld(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }

  private static func process(named path: String) -> Int? {
    guard let bytes = try? InputFile.contents(of: path, limit: 64) else { return nil }
    return Int(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
  }
}
