import ArgumentParser

@main
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "thaw-bench",
    abstract: "How fast training is on this machine, what it survives, and how little it sends.",
    discussion: "compare.py beside it runs this in turn with PyTorch and Keras.",
    subcommands: [
      StepCommand.self, KernelsCommand.self, EpochsCommand.self, ProfileCommand.self,
      HangupsCommand.self, FaultsCommand.self, ScreenCommand.self, PicturesCommand.self,
      FuzzCommand.self, SearchCommand.self,
    ],
    defaultSubcommand: StepCommand.self)
}
