import ArgumentParser
import Training

struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "The workbench on the bundled demo: a network of the digits 0-4 learns 5-9.",
    discussion: """
      The network always gets a new head, and is validated on the demo's test files: this is a \
      demonstration. Nothing is downloaded.
      """)

  @OptionGroup var tuning: TuningOptions
  @OptionGroup var options: RunOptions
  @OptionGroup var finder: FinderOptions

  func validate() throws { try finder.validate(with: options.display) }

  func run() throws {
    var configuration = EngineConfiguration()
    configuration.batch = 64
    configuration.head = HeadRequest()
    try tuning.apply(to: &configuration)
    let recipe = Recipe(
      model: .demo, data: nil, validation: nil, configuration: configuration, name: options.name,
      demo: .bundled)
    guard !finder.findLearningRate else {
      return try FinderSession(isJSON: options.display.json).run(recipe)
    }
    try TuningSession(display: options.display).begin(recipe, in: options.folder.open())
  }
}
