import EngineInterface
import TerminalUI

/// Takes one message into the model and says what the loop has to do for it. No I/O, no clock.
package func update(_ model: inout WorkbenchModel, _ message: Message) -> [Effect] {
  let effects = model.take(message)
  model.onScreen { $0.refresh($1) }
  return effects
}

extension WorkbenchModel {
  fileprivate mutating func take(_ message: Message) -> [Effect] {
    switch message {
    case .key(let key): return handle(key)
    case .mouse(let event): return handle(event)
    case .paste(let text): return paste(text)
    case .hangUp: return leaveWithoutTerminal()
    case .resize(let columns, let lines):
      shared.columns = max(columns, 0)
      shared.lines = max(lines, 0)
      forEachScreen { $0.resize($1) }
      return []
    case .engine(let next): return take(next)
    case .events(let events):
      for event in events { take(event) }
      return []
    case .search(let search):
      shared.search = search
      return []
    case .experiment(let experiment):
      shared.take(experiment)
      return []
    case .replies(let replies):
      for reply in replies { forEachScreen { $0.take(reply, &$1) } }
      return []
    case .tick(let now):
      shared.now = now
      catchUp()
      return shared.flushRestedDraft() + onScreen { $0.tick(&$1) }
    }
  }

  mutating func perform(_ action: Action) -> [Effect] {
    if let reason = refusal(of: action) {
      explain(action, reason)
      return []
    }
    switch action {
    case .help: shared.overlay = .help(scroll: 0)
    case .palette: shared.overlay = .palette(PaletteState())
    case .nextTheme: themeIndex = (themeIndex + 1) % max(themeNames.count, 1)
    case .setTheme(let name): themeIndex = themeNames.firstIndex(of: name) ?? themeIndex
    case .show(let number): show(number)
    case .repaint: return [.repaint]
    case .back: goBack()
    case .quit: return askToQuit()
    case .pauseOrResume: return pauseOrResume()
    case .singleStep: return shared.send(.singleStep)
    case .checkpoint: return shared.send(.checkpoint)
    case .goBack: return shared.send(.goBack)
    case .undo: return shared.undo()
    case .redo: return shared.redo()
    case .findRate: return shared.begin(.testRange(RangeTestRequest()))
    case .whatIf: shared.beginWhatIf()
    case .compare: return shared.compare()
    case .solveHead: return shared.send(.solveHead)
    case .trainOn: shared.overlay = .dialog(.trainOn(shared.snapshot))
    case .screen(let own): return onScreen { $0.perform(own, &$1) }
    }
    return []
  }

  /// One step back at a time: first what is on top, at last the screen that the workbench opens with.
  private mutating func goBack() {
    if shared.overlay != nil {
      shared.overlay = nil
    } else if shared.selection.anchor != nil {
      shared.selection.endRange()
    } else if shared.selection.search != nil {
      shared.selection.endSearch()
    } else if shared.whatIf != nil {
      shared.leaveWhatIf()
    } else if !onScreen({ $0.goBack(&$1) }), !isOnFirstScreen {
      show(Screens.all[0].number)
    }
  }
}
