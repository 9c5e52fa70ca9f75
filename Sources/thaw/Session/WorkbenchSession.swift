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

  /// Blocks until the person leaves or the process is asked to end; the terminal is as it was then.
  /// - Returns: whether it is still there.
  func run() -> Bool {
    let (themes, chosen) = Self.themes(asked: theme, capabilities: terminal.capabilities)
    var loop = WorkbenchLoop(
      terminal: terminal, engine: engine, themes: themes, theme: chosen, wake: wake.readingEnd,
      isAskedToEnd: { [requests] in requests.received != nil })
    let ending = loop.run()
    terminal.stop()
    return ending != .terminalGone
  }

  private static func themes(
    asked: String?, capabilities: Capabilities
  ) -> (themes: [Theme], chosen: String?) {
    let catalog = ProgramFiles.themes
    var themes = catalog.names.map { catalog.load($0).theme.adapted(to: capabilities.colors) }
    guard let asked else { return (themes, nil) }
    let theme = catalog.load(asked).theme.adapted(to: capabilities.colors)
    if !themes.contains(where: { $0.name == theme.name }) { themes.append(theme) }
    return (themes, theme.name)
  }
}
