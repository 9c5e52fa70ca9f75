import Testing

@testable import CursesTerminal

struct TerminalKindTests {
  /// A plain server's descriptions.
  private static let known = [
    "xterm", "xterm-256color", "screen", "screen-256color", "tmux-256color", "linux", "vt220",
  ]

  private static func kind(_ name: String, known: [String] = known) throws -> TerminalKind {
    try TerminalKind(name: name) {
      $0 == "dumb" ? .cannotMoveCursor : known.contains($0) ? .usable : .unknown
    }
  }

  @Test(arguments: [
    ("xterm-kitty", "xterm-256color"), ("xterm-ghostty", "xterm-256color"),
    ("xterm.js", "xterm-256color"), ("alacritty", "xterm-256color"),
    ("alacritty-direct", "xterm-256color"), ("foot", "xterm-256color"),
    ("foot-extra", "xterm-256color"), ("wezterm", "xterm-256color"),
    ("st-256color", "xterm-256color"),
    ("rxvt-unicode-256color", "xterm-256color"), ("putty-256color", "xterm-256color"),
    ("iTerm2.app", "xterm-256color"), ("tmux-direct", "tmux-256color"),
    ("screen.xterm-kitty", "screen-256color"), ("screen-256color-bce-s", "screen-256color"),
    ("linux-16color", "linux"), ("vt220-old-b", "vt220"),
  ])
  func whatIsNotKnownIsDrivenAsWhatItBeginsWith(name: String, description: String) throws {
    let kind = try Self.kind(name)
    #expect(kind.description == description)
    #expect(kind.notice?.contains(name) == true && kind.notice?.contains(description) == true)
  }

  @Test func whatIsKnownIsItself() throws {
    #expect(try Self.kind("tmux-256color").description == "tmux-256color")
    #expect(try Self.kind("tmux-256color").notice == nil)
    #expect(try Self.kind("alacritty", known: ["alacritty", "xterm"]).description == "alacritty")
  }

  @Test(arguments: ["stranger", "no-such-terminal", "dumb-emacs-ansi", "kittens", "xterminal"])
  func othersAreRefused(name: String) {
    #expect(throws: TerminalError.unknownTerminalType(name)) { try Self.kind(name) }
  }

  @Test func withoutAnyDescriptionAllAreRefused() {
    #expect(throws: TerminalError.unknownTerminalType("xterm-kitty")) {
      try Self.kind("xterm-kitty", known: [])
    }
    #expect(throws: TerminalError.cannotMoveCursor("dumb")) { try Self.kind("dumb") }
    #expect(throws: TerminalError.noTerminalType) { try Self.kind("") }
  }
}
