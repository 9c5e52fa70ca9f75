import ArgumentParser
import Files
import Glibc
import RunStore
import Training

@main
struct Thaw: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "thaw",
    abstract: "An interactive terminal workbench for fine-tuning pre-trained image networks.",
    version: "thaw \(Machine.version) (\(MachineDescription.current.built))",
    subcommands: [
      DemoCommand.self, TuneCommand.self, SearchCommand.self, ResumeCommand.self,
      ReplayCommand.self,
      RunsCommand.self, InspectCommand.self, PredictCommand.self, EvaluateCommand.self,
      ExportCommand.self, ZooCommand.self,
    ],
    defaultSubcommand: DemoCommand.self)

  /// Parses and runs. Exit 0 done, 1 failed, 2 wrong usage or bad input, with one line on stderr.
  static func main() {
    let code = status()
    fflush(nil)
    // Not `exit`, in which OpenBLAS waits for its threads: on a system too poor to give them memory it
    // would wait for ever.
    _exit(code)
  }

  private static func status() -> Int32 {
    do {
      try ProcessSetup.begin()
      try UnreadableText.check()
      try answer()
      return 0
    } catch let code as ExitCode {
      return code.rawValue
    } catch  where exitCode(for: error) == .validationFailure {
      printError("\(message(for: error)) (see thaw --help)")
      return 2
    } catch {
      printError("\(error)")
      return BadInput.isCause(of: error) ? 2 : 1
    }
  }

  private static func answer() throws {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch  where exitCode(for: error) == .success {
      StandardOutput.print(fullMessage(for: error))  // --help and --version
    }
    try StandardOutput.finish()
  }
}

/// One line on stderr, whatever the text holds.
func printError(_ text: String) {
  let lines = text.split(whereSeparator: \.isNewline).joined(separator: " ")
  let bytes = Array("thaw: \(printable(lines, limit: nil))\n".utf8)
  _ = write(STDERR_FILENO, bytes, bytes.count)
}
