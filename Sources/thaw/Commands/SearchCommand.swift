import ArgumentParser
import Foundation
import Training

struct SearchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Find good values of dropout, learning rate and others: wide first, then narrower.",
    discussion: """
      Many trials from the same weights: first over the whole range of each value, then around the \
      best with a smaller learning rate, ever closer, until nothing gets better. Most trials \
      stop early; what frozen layers give is computed once for all of them. MODEL and PATH are as \
      with tune, and so are the options that every trial has; --epochs are those of a trial that is \
      never stopped. 'thaw search demo' needs no data. 'thaw resume' goes on with a search.
      """)

  @Argument(help: "A model file, demo, or zoo:NAME.")
  var model: ModelSource

  @Option(help: ArgumentHelp("The images to train on. (demo: its own)", valueName: "path"))
  var data: String?

  @Option(
    help: ArgumentHelp(
      "Images to validate on, or the share of the training images to set aside.",
      valueName: "path|fraction"))
  var validation: String?

  @OptionGroup var answer: AnswerOptions
  @OptionGroup var search: SearchOptions
  @OptionGroup var pixels: PixelOptions
  @OptionGroup var size: ImageSizeOptions
  @OptionGroup var tuning: TuningOptions
  @OptionGroup var options: RunOptions

  func run() throws {
    try UnreadableText.checkFolder(
      for: [model.path, data, validation.flatMap { Double($0) == nil ? $0 : nil }])
    var configuration = EngineConfiguration()
    let isDemo = data == nil
    if isDemo {
      guard case .demo = model else {
        throw ConfigurationError(option: "data", expected: "the images to train on", found: "")
      }
      configuration.batch = 64
      configuration.head = HeadRequest()
    }
    try tuning.apply(to: &configuration)
    configuration.preparation = try pixels.preparation()
    answer.apply(to: &configuration)
    let request = try search.request(epochs: configuration.epochs)
    let recipe = try Recipe(
      model: model, data: data, validation: validation, configuration: configuration,
      imageSize: size.size(), name: options.name, demo: .bundled)
    try SearchSession(display: options.display).begin(
      recipe, request, in: options.folder.open())
  }
}
