/// Why there is no screen. Nothing has been drawn when it is thrown at the start.
package enum TerminalError: Error, Equatable, CustomStringConvertible {
  case notATerminal(stream: String)
  case noTerminalType
  case unknownTerminalType(String)
  case cannotMoveCursor(String)
  case noTerminfo
  case failed(String)
  /// The terminal was closed while in use.
  case gone

  package var description: String {
    switch self {
    case .notATerminal(let stream):
      "\(stream) is not a terminal: expected one to draw on (--headless needs none)"
    case .noTerminalType:
      "TERM is not set: expected the type of the terminal, such as xterm-256color"
    case .unknownTerminalType(let name):
      "TERM: expected a terminal type that this system knows, found \(name) "
        + "(try TERM=xterm-256color)"
    case .cannotMoveCursor(let name):
      "TERM: expected a terminal whose cursor can be moved, found \(name) "
        + "(--headless needs none)"
    case .noTerminfo:
      "no terminal descriptions found: expected those of ncurses-base in /usr/share/terminfo, "
        + "/lib/terminfo or $TERMINFO"
    case .failed(let reason): "the terminal cannot be set up: \(reason)"
    case .gone: "the terminal is gone"
    }
  }
}
