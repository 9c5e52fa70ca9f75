import TestSupport
import Testing

/// What is wrong in a theme is said.
@Suite struct ThemeFileTests {
  @Test func problemsOfTheThemeAskedForAreALineAndANotice() throws {
    let folder = TemporaryFolder()
    let theme = try folder.write(
      Array("theme[main_fg]=\"#dddddd\"\ntheme[no_such]=\"#111111\"\ntheme[title]=\"blue\"".utf8),
      to: "mine.theme")
    let session = try TerminalSession([
      "demo", "--epochs", "5000", "--theme", theme, "--runs-dir", folder("runs"),
    ])
    try session.wait(for: "mine.theme, line 2: unknown key no_such (and 1 more)")
    // While model and images are read, q leaves at once.
    try session.wait(for: "▶ epoch")
    try session.type("q")
    try session.wait(for: "stop and drop")
    try session.type("d")
    #expect(try session.waitForExit() == 0)
    try session.wait(for: "thaw: --theme: \(theme), line 2: unknown key no_such (and 1 more)")
  }

  @Test func aThemeThatCannotBeReadIsRefused() throws {
    let folder = TemporaryFolder()
    let theme = try folder.write([UInt8](repeating: 0x23, count: 300_000), to: "huge.theme")
    let ended = try ThawProcess.run([
      "demo", "--headless", "--theme", theme, "--runs-dir", folder("runs"),
    ])
    #expect(ended.status == 2)
    #expect(
      ended.errors.contains("expected a theme file of at most 256 KB")
        && ended.errors.contains("huge.theme"))
  }
}
