import CursesTerminal
import EngineInterface
import Foundation
import TerminalUI
import Workbench

/// The engine with its screen, on the main thread.
struct WorkbenchSession<Engine: EngineControl> {
  let engine: Engine
  let terminal: CursesTerminal
  let theme: String?
  let wake: WakePipe
  let requests: EndRequests
  /// The screen that it opens with.
  var screen: Int?

  /// Blocks until the person leaves or the process is asked to end; the terminal is as it was then.
  /// - Returns: whether it is still there.
  func run() -> Bool {
    let (themes, chosen, problems) = Self.themes(
      asked: theme, capabilities: terminal.capabilities)
    var loop = WorkbenchLoop(
      terminal: terminal, engine: engine, themes: themes, theme: chosen, wake: wake.readingEnd,
      screen: screen,
      notices: problems + terminal.notices,
      isAskedToEnd: { [requests] in requests.received != nil })
    let ending = loop.run()
    terminal.stop()
    return ending != .terminalGone
  }

  /// All themes that the theme key goes through, the one to begin with, and a line for each file in
  /// which something is wrong.
  private static func themes(
    asked: String?, capabilities: Capabilities
  ) -> (themes: [Theme], chosen: String?, problems: [String]) {
    let catalog = ProgramFiles.themes
    var loaded = catalog.names.map { catalog.load($0) }
    var chosen: String?
    if let asked {
      let theme = catalog.load(asked)
      chosen = theme.theme.name
      if !loaded.contains(where: { $0.theme.name == chosen }) { loaded.append(theme) }
    }
    return (
      loaded.map { $0.theme.adapted(to: capabilities.colors) }, chosen,
      loaded.compactMap(\.summary)
    )
  }
}
