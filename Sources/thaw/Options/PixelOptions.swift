import ArgumentParser
import Images
import Training

/// How pixels enter the network.
struct PixelOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The numbers that pixels become, black to white: "
        + "\(PixelRange.allCases.map(\.rawValue).joined(separator: ", ")). "
        + "(default: what the model's first layers expect, else 0..1)", valueName: "range"))
  var pixels: String?

  /// - Returns: `nil` where nothing was asked for.
  /// - Throws: `ConfigurationError`.
  func preparation() throws(ConfigurationError) -> ImagePreparation? {
    guard let pixels else { return nil }
    guard let range = PixelRange(rawValue: pixels) else {
      throw ConfigurationError(
        option: "pixels",
        expected: PixelRange.allCases.map(\.rawValue).joined(separator: ", "), found: pixels)
    }
    return ImagePreparation(pixels: range, origin: .option)
  }
}
