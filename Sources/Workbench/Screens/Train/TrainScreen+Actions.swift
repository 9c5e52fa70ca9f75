import EngineInterface
import TerminalUI

extension TrainScreen {
  enum Action: ScreenAction {
    // Panes.
    case nextPane
    case previousPane
    case fillPane
    case move(Movement)
    case layers(LayerAction)
    /// What the focus offers: a column, a slider, the zoom.
    case adjust(Int, ValueScale.Reach)
    // Charts.
    case toggleLogarithmic
    case smooth(Int)
    case wholeRun

    package var isMovement: Bool { if case .move = self { true } else { false } }

    package var worksUnderDetails: Bool {
      switch self {
      case .move, .adjust: true
      case .layers(let action): action.worksUnderDetails
      default: false
      }
    }
  }

  func refusal(of action: Action, _ shared: Shared) -> String? {
    switch action {
    case .nextPane, .previousPane, .fillPane, .toggleLogarithmic: return nil
    case .move(let way): return refusal(of: way, shared)
    case .layers(let action): return shared.refusal(of: action)
    case .adjust(let direction, let reach):
      return refusal(ofAdjusting: direction, reach, shared)
    case .smooth(let direction):
      return chart.smoothing == Smoothing.stepped(from: chart.smoothing, direction: direction)
        ? "there is no \(direction > 0 ? "smoother" : "rawer") line" : nil
    case .wholeRun:
      return chart.zoom == nil && chart.crosshair == nil ? "the whole run is on show" : nil
    }
  }

  private func refusal(of way: Movement, _ shared: Shared) -> String? {
    switch focus {
    case .layers: return shared.layers.isEmpty ? "there are no layers yet" : nil
    case .loss, .accuracy, .rate:
      if shared.step < 1 { return "there are no points yet" }
      switch way {
      case .page, .halfPage: if chart.zoom == nil { return "the whole run is on show" }
      default: break
      }
      let isVertical = way == .move(.up) || way == .move(.down)
      return isVertical && (shared.snapshot?.history.edits.isEmpty ?? true)
        ? "there are no edits yet" : nil
    case .controls:
      guard way == .move(.left) || way == .move(.right) else { return nil }
      return refusal(ofAdjusting: way == .move(.left) ? -1 : 1, .fine, shared)
    }
  }

  private func refusal(
    ofAdjusting direction: Int, _ reach: ValueScale.Reach, _ shared: Shared
  ) -> String? {
    guard !isOnChart else {
      if shared.step < 1 { return "there are no points yet" }
      return direction < 0 && chart.zoom == nil ? "the whole run is on show" : nil
    }
    return shared.refusal(
      ofTurning: adjustedKnob(shared), direction: direction, reach: reach)
  }

  mutating func perform(_ action: Action, _ shared: inout Shared) -> [Effect] {
    switch action {
    case .nextPane: moveFocus(by: 1, shared)
    case .previousPane: moveFocus(by: -1, shared)
    case .fillPane: isFilled.toggle()
    case .move(let way): return move(way, &shared)
    case .layers(let action): return shared.perform(action, showsOpenBlocks: true)
    case .adjust(let direction, let reach):
      guard !isOnChart else {
        zoom(direction: direction, reach: reach, shared)
        return []
      }
      return shared.turn(adjustedKnob(shared), direction: direction, reach: reach)
    case .toggleLogarithmic: toggleLogarithmic()
    case .smooth(let direction):
      chart.smoothing = Smoothing.stepped(from: chart.smoothing, direction: direction)
    case .wholeRun:
      chart.zoom = nil
      chart.crosshair = nil
    }
    return []
  }

  private mutating func move(_ way: Movement, _ shared: inout Shared) -> [Effect] {
    switch focus {
    case .layers: moveInList(way, &shared)
    case .loss, .accuracy, .rate: moveInChart(way, shared)
    case .controls: return moveInControls(way, &shared)
    }
    return []
  }

  private mutating func moveFocus(by places: Int, _ shared: Shared) {
    let panes = Pane.allCases.filter { $0 != .rate || hasRateChart(shared) }
    let index = panes.firstIndex(of: focus) ?? 0
    focus = panes[(index + places + panes.count) % panes.count]
  }

  mutating func goBack(_ shared: inout Shared) -> Bool {
    if chart.crosshair != nil {
      chart.crosshair = nil
    } else if chart.zoom != nil {
      chart.zoom = nil
    } else if isFilled {
      isFilled = false
    } else if focus != .layers {
      focus = .layers
    } else {
      return false
    }
    return true
  }
}
