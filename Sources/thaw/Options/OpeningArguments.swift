import ArgumentParser
import ModelFormats
import Network
import Training

/// Which network a file of weights is of.
struct ArchitectureOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The network that a file of weights is of, as torchvision or timm calls it. "
        + "(default: recognised by the names and shapes of its tensors)", valueName: "name"))
  var architecture: String?

  /// - Throws: `ConfigurationError` for a name that is not known.
  func name() throws -> String? {
    guard let architecture else { return nil }
    guard Architecture.find(architecture) != nil else {
      throw ConfigurationError(
        option: "architecture", expected: "a network that Thaw knows", found: architecture)
    }
    return architecture
  }
}

/// What is asked of a model file by commands that open one and train nothing.
struct OpeningArguments: ParsableArguments {
  @OptionGroup var architecture: ArchitectureOptions
  @OptionGroup var size: ImageSizeOptions

  @Flag(help: "Take no model file of which anything is of another shape or left over.")
  var strict = false

  /// - Throws: `ConfigurationError`.
  func options() throws -> OpeningOptions {
    OpeningOptions(
      imageSize: try size.size(), architecture: try architecture.name(), isStrict: strict)
  }
}
