import Foundation
import Synchronization

/// Keeps what others print off the screen: standard output and standard error go to a file while
/// it is in force.
package final class OutputRedirection: Sendable {
  private let saved = Mutex<(output: Int32, error: Int32)?>(nil)

  /// Appends to the file at `path`, made when it is not there; `/dev/null` when it cannot be
  /// opened, because nothing may reach the screen.
  package init(toFileAt path: String) {
    fflush(nil)
    let output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
    let error = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
    guard output >= 0, error >= 0 else { return }
    saved.withLock { saved in
      saved = (output, error)
      TerminalRescue.setOutputs(output: output, error: error)
      Self.lead(toFileAt: path)
    }
  }

  /// Goes on in another file, unless both streams have been given back. Callable from any thread.
  package func move(toFileAt path: String) {
    saved.withLock { saved in
      guard saved != nil else { return }
      fflush(nil)
      Self.lead(toFileAt: path)
    }
  }

  /// Gives both streams back. Once is enough, more do no harm.
  package func end() {
    saved.withLock { saved in
      guard let (output, error) = saved else { return }
      saved = nil
      fflush(nil)
      TerminalRescue.setOutputs(output: -1, error: -1)
      dup2(output, STDOUT_FILENO)
      dup2(error, STDERR_FILENO)
      close(output)
      close(error)
    }
  }

  private static func lead(toFileAt path: String) {
    // Without O_NONBLOCK, opening a named pipe waits for a reader.
    var file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0o644)
    if file < 0 { file = open("/dev/null", O_WRONLY | O_CLOEXEC) }
    guard file >= 0 else { return }
    dup2(file, STDOUT_FILENO)
    dup2(file, STDERR_FILENO)
    close(file)
  }

  deinit { end() }
}
