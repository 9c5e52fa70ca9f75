import ArgumentParser
import Files
import Foundation
import Network
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

/// What is done instead of training.
struct FinderOptions: ParsableArguments {
  @Flag(help: "With --headless: find a learning rate, say it, and train nothing.")
  var findLearningRate = false

  func validate(with display: DisplayOptions) throws {
    guard findLearningRate, !display.headless else { return }
    throw ValidationError(
      "--find-learning-rate goes with --headless: in the workbench it is the key F")
  }
}

struct RunsFolderOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Folder of the runs. (default: ~/.local/share/thaw/runs)"))
  var runsDir: String?

  /// - Throws: `RunStoreError.noHome`, `ConfigurationError`.
  func open() throws -> RunsFolder {
    guard let runsDir else {
      return try .standard(environment: ProcessInfo.processInfo.environment)
    }
    // Nothing in front of a run's name would be the root of all folders.
    guard !runsDir.isEmpty else {
      throw ConfigurationError(option: "runs-dir", expected: "a folder", found: "")
    }
    return RunsFolder(path: runsDir)
  }
}

/// The size of images, for models that take them of any size.
struct ImageSizeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Height and width of images, for a model that takes any, as those of the zoo do. (default: the data's; of "
        + "photographs 224)",
      valueName: "n|hxw"))
  var imageSize: String?

  /// What was asked for.
  /// - Throws: `ConfigurationError` for what is no size.
  func size() throws -> ImageSize? {
    guard let imageSize else { return nil }
    let parts = imageSize.lowercased().replacing("×", with: "x").split(
      separator: "x", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Int($0) }.filter { (1...16_384).contains($0) }
    guard numbers.count == parts.count, (1...2).contains(numbers.count) else {
      throw ConfigurationError(
        option: "image-size", expected: "a number from 1 to 16384, or height×width",
        found: imageSize)
    }
    return ImageSize(height: numbers[0], width: numbers[numbers.count - 1])
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
    if let unreadable = loaded.unreadable {
      throw ConfigurationError(
        option: "theme", expected: ThemeCatalog.expectation, found: "\(theme): \(unreadable)")
    }
    if let summary = loaded.summary { printError("--theme: \(summary)") }
  }
}
