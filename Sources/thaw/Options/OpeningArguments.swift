import ArgumentParser
import Foundation
import ModelFormats
import Network
import Training

/// Which network a file of weights is of.
struct ArchitectureOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The network that a file of weights is of, as torchvision, timm or TF-slim calls it. "
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

/// Which of a model's layers gives its answer, and what the outputs mean.
struct AnswerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The layer or node of the file whose output is the model's answer. (default: the file's only "
        + "output)", valueName: "name"))
  var outputLayer: String?

  @Option(
    help: ArgumentHelp(
      "A text file with the names of the model's outputs, one a line, in their order. (default: those "
        + "that the model's file has)", valueName: "file"))
  var labels: String?

  /// - Parameter configuration: of a run, which finds the file again from wherever it is resumed.
  func apply(to configuration: inout EngineConfiguration) {
    configuration.outputLayer = outputLayer
    configuration.labels = labels.map { URL(filePath: $0).standardizedFileURL.path }
  }
}

/// What is asked of a model file by commands that open one and train nothing.
struct OpeningArguments: ParsableArguments {
  @OptionGroup var architecture: ArchitectureOptions
  @OptionGroup var size: ImageSizeOptions
  @OptionGroup var answer: AnswerOptions

  @Flag(help: "Take no model file of which anything is of another shape or left over.")
  var strict = false

  /// - Throws: `ConfigurationError`.
  func options() throws -> OpeningOptions {
    OpeningOptions(
      imageSize: try size.size(), architecture: try architecture.name(),
      outputLayer: answer.outputLayer, labels: answer.labels, isStrict: strict)
  }
}
