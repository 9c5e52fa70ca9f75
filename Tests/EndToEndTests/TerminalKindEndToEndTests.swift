import TestSupport
import Testing

/// Terminals and locales that the machine has never heard of.
@Suite struct TerminalKindEndToEndTests {
  // No machine has a description of these.
  @Test(arguments: ["xterm-nowhere", "alacritty-nowhere"])
  func anUnknownTerminalIsDrawnAsXtermAndTold(term: String) throws {
    let folder = TemporaryFolder()
    let session = try TerminalSession(
      ["demo", "--epochs", "5000", "--runs-dir", folder("runs")],
      environment: ["TERM": term, "LC_ALL": "xx_YY.UTF-8"])
    let screen = try session.wait(for: "TERM=\(term) is not known on this machine")
    // Braille and lines, although there is no such locale.
    #expect(screen.contains("┏━ Layers"))
    // While model and images are read, q leaves at once.
    try session.wait(for: "▶ epoch")
    try session.type("q")
    try session.wait(for: "stop and drop")
    try session.type("d")
    #expect(try session.waitForExit() == 0)
  }
}
