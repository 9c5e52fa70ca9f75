import Foundation

/// Keeps what others print off the screen: standard output and standard error go to a file while
/// it is in force.
package final class OutputRedirection {
  private var saved: (output: Int32, error: Int32)?

  /// Appends to the file at `path`, made when it is not there; `/dev/null` when it cannot be
  /// opened, because nothing may reach the screen.
  package init(toFileAt path: String) {
    fflush(nil)
    // Without O_NONBLOCK, opening a named pipe waits for a reader.
    var file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0o644)
    if file < 0 { file = open("/dev/null", O_WRONLY | O_CLOEXEC) }
    guard file >= 0 else { return }
    let output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
    let error = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
    if output >= 0, error >= 0 {
      dup2(file, STDOUT_FILENO)
      dup2(file, STDERR_FILENO)
      saved = (output, error)
      TerminalRescue.setOutputs(output: output, error: error)
    }
    close(file)
  }

  /// Gives both streams back. Once is enough, more do no harm.
  package func end() {
    guard let (output, error) = saved else { return }
    saved = nil
    fflush(nil)
    TerminalRescue.setOutputs(output: -1, error: -1)
    dup2(output, STDOUT_FILENO)
    dup2(error, STDERR_FILENO)
    close(output)
    close(error)
  }

  deinit { end() }
}
