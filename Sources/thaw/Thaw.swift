import ArgumentParser
import Files
import Glibc

@main
struct Thaw: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "thaw",
    abstract: "An interactive terminal workbench for fine-tuning pre-trained image networks.",
    version: "thaw \(Machine.version) (OpenBLAS core \(Machine.blasCore))",
    subcommands: [
      DemoCommand.self, TuneCommand.self, ResumeCommand.self, RunsCommand.self,
      InspectCommand.self, PredictCommand.self,
    ],
    defaultSubcommand: DemoCommand.self)

  /// Parses and runs. Exit 0 done, 1 failed, 2 wrong usage or bad input, with one line on stderr.
  static func main() {
    // A reader that went away is an error of the write, not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    do {
      var command = try parseAsRoot()
      try command.run()
      try flushOutput()
    } catch {
      let code = exitCode(for: error)
      if code == .success {
        exit(withError: error)  // --help and --version
      }
      if code == .validationFailure {
        printError("\(message(for: error)) (see thaw --help)")
        Glibc.exit(2)
      }
      if let code = error as? ExitCode { Glibc.exit(code.rawValue) }
      printError("\(error)")
      Glibc.exit(BadInput.isCause(of: error) ? 2 : 1)
    }
  }
}

/// What `print` holds back goes out here, where it can still be said that it cannot.
/// - Throws: `FileError`. A reader that has seen enough is no error.
private func flushOutput() throws {
  errno = 0
  guard fflush(nil) != 0, errno != EPIPE else { return }
  throw FileError(path: "standard output", action: "write", code: errno == 0 ? EIO : errno)
}

/// One line on stderr, whatever the text holds.
func printError(_ text: String) {
  let lines = text.split(whereSeparator: \.isNewline).joined(separator: " ")
  let bytes = Array("thaw: \(printable(lines, limit: nil))\n".utf8)
  _ = write(STDERR_FILENO, bytes, bytes.count)
}
