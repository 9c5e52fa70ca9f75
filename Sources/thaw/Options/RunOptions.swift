import ArgumentParser
import Files
import Foundation
import RunStore
import TerminalUI
import Training

/// Where a run is kept and how it is shown.
struct RunOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Name of the run. (default: model-date-number)", valueName: "run"))
  var name: String?

  @OptionGroup var folder: RunsFolderOptions
  @OptionGroup var display: DisplayOptions
}

struct RunsFolderOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Folder of the runs. (default: ~/.local/share/thaw/runs)"))
  var runsDir: String?

  /// - Throws: `RunStoreError.noHome`.
  func open() throws -> RunsFolder {
    guard let runsDir else {
      return try .standard(environment: ProcessInfo.processInfo.environment)
    }
    return RunsFolder(path: runsDir)
  }
}

struct DisplayOptions: ParsableArguments {
  @Flag(help: "No screen: a progress line on a terminal, plain lines in a pipe.")
  var headless = false

  @Flag(help: "With --headless: one JSON object a line.")
  var json = false

  @Option(help: "Theme of the screen: a name or a file.")
  var theme: String?

  mutating func validate() throws {
    if json && !headless { throw ValidationError("--json goes with --headless") }
  }

  /// Says what is wrong within the theme asked for, while there is no screen yet.
  /// - Throws: `ConfigurationError` or `FormatError` where it cannot be had at all.
  func checkTheme() throws {
    guard let theme else { return }
    let catalog = ProgramFiles.themes
    guard let loaded = catalog.find(theme) else {
      throw ConfigurationError(
        option: "theme", expected: "\(catalog.names.joined(separator: ", ")) or a file",
        found: theme)
    }
    if let refusal = loaded.refusal {
      throw FormatError(path: refusal.path, expected: refusal.expected, found: refusal.found)
    }
    if let summary = loaded.summary { printError("--theme: \(summary)") }
  }
}
