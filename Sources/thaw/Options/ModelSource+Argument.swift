import ArgumentParser
import Training

extension ModelSource: ExpressibleByArgument {}

extension DemoFiles {
  /// Those that belong to the program.
  static var bundled: DemoFiles { DemoFiles(folder: ProgramFiles.path("Demo")) }
}
