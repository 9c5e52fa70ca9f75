import ArgumentParser

@main
struct Thaw: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "thaw",
    abstract: "An interactive terminal workbench for fine-tuning pre-trained image networks.")
}
