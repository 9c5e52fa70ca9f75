import Files
import Glibc
import Synchronization

/// What the program prints. A line that cannot be written is remembered: a full disk under a redirected
/// output must not look like success.
enum StandardOutput {
  private struct State {
    var pending: [UInt8] = []
    var failure: FileError?
  }

  private static let state = Mutex(State())
  private static let bufferBytes = 1 << 16

  static func print(_ line: String) { write(line + "\n") }

  static func write(_ text: String) {
    state.withLock { state in
      state.pending.append(contentsOf: text.utf8)
      if state.pending.count >= bufferBytes { put(&state) }
    }
  }

  /// What was printed is out when this returns.
  static func flush() { state.withLock { put(&$0) } }

  /// - Throws: `FileError` for the first line that could not be written. A reader that has seen enough
  ///   and a terminal that has gone are no errors.
  static func finish() throws {
    flush()
    if let failure = state.withLock({ $0.failure }), failure.code != EPIPE, failure.code != EIO {
      throw failure
    }
  }

  private static func put(_ state: inout State) {
    defer { state.pending.removeAll(keepingCapacity: true) }
    guard state.failure == nil else { return }
    do {
      try state.pending.withUnsafeBytes {
        try writeAll($0, to: STDOUT_FILENO, path: "standard output")
      }
    } catch let error as FileError {
      state.failure = error
    } catch {
      preconditionFailure("\(error)")
    }
  }
}
