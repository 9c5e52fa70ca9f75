import ArgumentParser

@main
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "thaw-bench",
    abstract: "How fast training is, on this machine, with random weights and images.",
    discussion: "compare.py beside it runs this in turn with PyTorch and Keras.",
    subcommands: [StepCommand.self, KernelsCommand.self, EpochsCommand.self, ProfileCommand.self],
    defaultSubcommand: StepCommand.self)
}
