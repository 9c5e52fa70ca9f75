/// The description by which a terminal is driven.
///
/// Terminals send the name of a description of their own, which the server they are used to log in
/// to has often never heard of (`xterm-kitty`, `alacritty`, `foot`). They all speak what xterm does.
struct TerminalKind: Equatable {
  /// What the terminal calls itself.
  let name: String
  /// The description that this system has of it, or of one that it is like.
  let description: String

  var isSubstitute: Bool { name != description }

  var notice: String? {
    isSubstitute
      ? "TERM=\(name) is not known on this machine: the screen is drawn as for \(description)" : nil
  }

  /// How the system finds a description.
  enum Finding { case usable, cannotMoveCursor, unknown, noTerminfo }

  /// - Parameter find: looks a description up.
  /// - Throws: `TerminalError` where neither the name nor what it begins with can be used.
  init(name: String, find: (String) -> Finding) throws {
    self.name = name
    guard !name.isEmpty else { throw TerminalError.noTerminalType }
    switch find(name) {
    case .usable: description = name
    case .cannotMoveCursor: throw TerminalError.cannotMoveCursor(name)
    case .noTerminfo: throw TerminalError.noTerminfo
    case .unknown:
      let substitute = Self.substitutes(for: name).first { find($0) == .usable }
      guard let substitute else { throw TerminalError.unknownTerminalType(name) }
      description = substitute
    }
  }

  /// Those that speak xterm's language, 256 colours included.
  private static let likeXterm = [
    "xterm", "alacritty", "contour", "eterm", "foot", "ghostty", "gnome", "iterm", "kitty",
    "konsole", "mintty", "mlterm", "ms-terminal", "nsterm", "putty", "rio", "rxvt", "st", "stterm",
    "terminator", "terminology", "termite", "vte", "warp", "wezterm", "xfce", "zutty",
  ]

  /// Descriptions to try for a name that is not known, the best first.
  static func substitutes(for name: String) -> [String] {
    if begins(name, with: "tmux") { return ["tmux-256color", "screen-256color", "xterm-256color"] }
    if begins(name, with: "screen") { return ["screen-256color", "screen", "xterm-256color"] }
    if likeXterm.contains(where: { begins(name, with: $0) }) { return ["xterm-256color", "xterm"] }
    // Any other name is cut at its hyphens, from the end: vt220-something is a vt220.
    var parts = name.split(separator: "-")
    var choices: [String] = []
    while parts.count > 1 {
      parts.removeLast()
      choices.append(parts.joined(separator: "-"))
    }
    return choices
  }

  /// `xterm-kitty` and `xterm.js` begin with `xterm`, `stranger` does not with `st`.
  private static func begins(_ name: String, with family: String) -> Bool {
    let name = name.lowercased()
    guard name.hasPrefix(family) else { return false }
    return name.dropFirst(family.count).first.map { !$0.isLetter } ?? true
  }
}
