import EngineInterface
import TerminalUI

/// Takes one message into the model and says what the loop has to do for it. No I/O, no clock.
package func update(_ model: inout WorkbenchModel, _ message: Message) -> [Effect] {
  let effects = model.take(message)
  model.scrollList()
  if model.screen == .graph { model.refreshGraph() }
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
      self.columns = max(columns, 0)
      self.lines = max(lines, 0)
      return []
    case .engine(let view): return take(view)
    case .events(let events):
      for event in events { take(event) }
      return []
    case .tick(let now):
      self.now = now
      catchUp()
      return flushRestedDraft()
    }
  }

  mutating func perform(_ action: Action) -> [Effect] {
    if let reason = refusal(of: action) {
      explain(action, reason)
      return []
    }
    switch action {
    case .help: overlay = .help(scroll: 0)
    case .palette: overlay = .palette(PaletteState())
    case .nextTheme: themeIndex = (themeIndex + 1) % max(themeNames.count, 1)
    case .setTheme(let name): themeIndex = themeNames.firstIndex(of: name) ?? themeIndex
    case .show(let screen):
      self.screen = screen
      draggedKnob = nil
    case .repaint: return [.repaint]
    case .back: goBack()
    case .quit: return askToQuit()
    case .pauseOrResume: return pauseOrResume()
    case .singleStep: return send(.singleStep)
    case .checkpoint: return send(.checkpoint)
    case .goBack: return send(.goBack)
    case .solveHead: return send(.solveHead)
    case .trainOn: overlay = .dialog(.trainOn(snapshot))
    case .nextPane: moveFocus(by: 1)
    case .previousPane: moveFocus(by: -1)
    case .fillPane: isFilled.toggle()
    case .move, .page, .halfPage, .edge: return move(action)
    case .toggleFreeze: return toggleFreeze(selectedLayers)
    case .beginRange: toggleRange()
    case .toggleFreezeAll: return toggleFreezeAll()
    case .toggleBlock: toggleSelectedBlock()
    case .details: overlay = .details
    case .toggleAllBlocks: toggleAllBlocks()
    case .insertDropout: offerDropout()
    case .nextColumn: nextColumn()
    case .adjust(let direction, let reach): return adjust(direction: direction, reach: reach)
    case .toggleLogarithmic: toggleLogarithmic()
    case .smooth(let direction):
      chart.smoothing = Smoothing.stepped(from: chart.smoothing, direction: direction)
    case .wholeRun:
      chart.zoom = nil
      chart.crosshair = nil
    }
    return []
  }

  private mutating func move(_ action: Action) -> [Effect] {
    switch (screen, focus) {
    case (.graph, _): moveInGraph(action)
    case (.train, .layers): moveInList(action)
    case (.train, .loss), (.train, .accuracy), (.train, .rate): moveInChart(action)
    case (.train, .controls): return moveInControls(action)
    }
    return []
  }

  private mutating func adjust(direction: Int, reach: ValueScale.Reach) -> [Effect] {
    if isOnChart {
      zoom(direction: direction, reach: reach)
      return []
    }
    return turn(adjustedKnob, direction: direction, reach: reach)
  }

  /// One step back at a time: first what is on top, at last the layer list of the train screen.
  private mutating func goBack() {
    if overlay != nil {
      overlay = nil
    } else if rangeAnchor != nil {
      rangeAnchor = nil
    } else if screen == .graph {
      screen = .train
    } else if chart.crosshair != nil {
      chart.crosshair = nil
    } else if chart.zoom != nil {
      chart.zoom = nil
    } else if isFilled {
      isFilled = false
    } else {
      focus = .layers
    }
  }

  private mutating func moveFocus(by places: Int) {
    let panes = Pane.allCases
    let index = panes.firstIndex(of: focus) ?? 0
    focus = panes[(index + places + panes.count) % panes.count]
  }
}

extension Action {
  var isMovement: Bool {
    switch self {
    case .move, .page, .halfPage, .edge, .back: true
    default: false
    }
  }
}
