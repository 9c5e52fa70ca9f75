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

  /// Blocks until the person leaves; the terminal is as it was then.
  func run(logPath: String) {
    let log = OutputRedirection(toFileAt: logPath)
    let signals = SignalWatch { [engine] _ in engine.send(.stop(checkpoint: true)) }
    let (themes, chosen) = Self.themes(asked: theme, capabilities: terminal.capabilities)
    var loop = WorkbenchLoop(
      terminal: terminal, engine: engine, themes: themes, theme: chosen, wake: wake.readingEnd)
    _ = loop.run()
    terminal.stop()
    log.end()
    withExtendedLifetime(signals) {}
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
