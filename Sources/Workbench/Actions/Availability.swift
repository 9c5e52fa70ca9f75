import EngineInterface

extension WorkbenchModel {
  /// Why `action` does nothing now, as half a sentence; `nil` where it works.
  func refusal(of action: Action) -> String? {
    switch action {
    case .help, .palette, .repaint, .quit, .setTheme: return nil
    case .back:
      return canGoBack ? nil : "there is nothing to go back from"
    case .nextTheme:
      return themeNames.count > 1 ? nil : "there is one theme only"
    case .show(let screen):
      return screen == self.screen ? "this is the screen on show" : nil
    case .goBack: return goBackRefusal
    case .pauseOrResume, .singleStep, .checkpoint, .trainOn:
      return runRefusal(of: action)
    case .solveHead: return solvingRefusal
    case .nextPane, .previousPane, .fillPane:
      return screen == .train ? nil : "there is one pane here"
    case .move, .page, .halfPage, .edge:
      return moveRefusal(of: action)
    case .toggleFreeze, .beginRange, .toggleFreezeAll, .toggleBlock,
      .toggleAllBlocks, .insertDropout, .details:
      return layerRefusal(of: action)
    case .adjust(let direction, let reach):
      return adjustRefusal(direction: direction, reach: reach)
    case .toggleLogarithmic, .nextColumn: return nil
    case .smooth(let direction):
      return chart.smoothing == Smoothing.stepped(from: chart.smoothing, direction: direction)
        ? "there is no \(direction > 0 ? "smoother" : "rawer") line" : nil
    case .wholeRun:
      return chart.zoom == nil && chart.crosshair == nil ? "the whole run is on show" : nil
    }
  }

  private var canGoBack: Bool {
    overlay != nil || rangeAnchor != nil || isFilled || chart.crosshair != nil || chart.zoom != nil
      || (screen == .train && focus != .layers) || screen == .graph
  }

  private var goBackRefusal: String? {
    guard !isLeaving else { return "the run is stopping" }
    guard let breakdown = snapshot?.breakdown else { return "training has not broken down" }
    return breakdown.backTo == nil ? "there is nothing to go back to" : nil
  }

  private func runRefusal(of action: Action) -> String? {
    guard !isLeaving else { return "the run is stopping" }
    switch (action, state) {
    case (_, .preparing): return "the run is being prepared"
    case (_, .failed): return "training has failed"
    case (.pauseOrResume, .unsaved), (.singleStep, .unsaved):
      return "training is over, and not saved yet"
    case (.pauseOrResume, .finished), (.singleStep, .finished): return "training is finished"
    case (.singleStep, .running), (.singleStep, .validating): return "pause first"
    default: return nil
    }
  }

  private var solvingRefusal: String? {
    if let reason = runRefusal(of: .solveHead) { return reason }
    switch state {
    case .paused: break
    case .running, .validating: return "pause first"
    default: return "training is finished"
    }
    let live = layers.dropLast().filter { $0.canFreeze && !$0.isFrozen }.map(\.name)
    return live.isEmpty ? nil : ObjectionText.liveBelowHead(live)
  }

  private func moveRefusal(of action: Action) -> String? {
    switch (screen, focus) {
    case (.graph, _), (.train, .layers):
      return layers.isEmpty ? "there are no layers yet" : nil
    case (.train, .loss), (.train, .accuracy), (.train, .rate):
      if step < 1 { return "there are no points yet" }
      switch action {
      case .page, .halfPage: if chart.zoom == nil { return "the whole run is on show" }
      default: break
      }
      let vertical = action == .move(.up) || action == .move(.down)
      return vertical && (snapshot?.history.edits.isEmpty ?? true) ? "there are no edits yet" : nil
    case (.train, .controls):
      if action == .move(.left) || action == .move(.right) {
        return adjustRefusal(direction: action == .move(.left) ? -1 : 1, reach: .fine)
      }
      return nil
    }
  }

  private func layerRefusal(of action: Action) -> String? {
    guard !layers.isEmpty else { return "there are no layers yet" }
    switch action {
    case .beginRange: return editRefusal
    case .toggleFreeze:
      if let editRefusal { return editRefusal }
      return selectedLayers.contains(where: \.canFreeze)
        ? nil : "\(selectionTitle) has no parameters to freeze"
    case .toggleFreezeAll:
      if let editRefusal { return editRefusal }
      return layers.contains(where: \.canFreeze) ? nil : "no layer has parameters"
    case .toggleBlock:
      return selectedBlockPath == nil ? "\(selectionTitle) is in no block" : nil
    case .toggleAllBlocks:
      return tree.blockPaths.isEmpty ? "there are no blocks" : nil
    case .insertDropout:
      let reading = reading(of: .dropout)
      if let reason = reading.disabledReason { return reason }
      if reading.insertsAfter != nil { return nil }
      return reading.subject == selectedLayers.last?.name
        ? "\(reading.subject) is dropout itself"
        : "there is dropout after \(selectedLayers.last?.name ?? "") already: \(reading.subject)"
    default: return nil
    }
  }

  private func adjustRefusal(direction: Int, reach: ValueScale.Reach) -> String? {
    if isOnChart {
      if step < 1 { return "there are no points yet" }
      return direction < 0 && chart.zoom == nil ? "the whole run is on show" : nil
    }
    let knob = adjustedKnob
    let reading = reading(of: knob)
    if let reason = reading.disabledReason { return reason }
    guard let value = reading.value else {
      return reading.insertsAfter == nil ? "\(selectionTitle) has no \(knob.title)" : nil
    }
    guard knob.scale.stepped(from: value, direction: direction, reach: reach) == value else {
      return nil
    }
    return "\(knob.title) is at its \(direction < 0 ? "lowest" : "highest")"
  }

  /// The knob that `-` and `+` turn where the focus is.
  var adjustedKnob: Knob {
    if screen == .train && focus == .controls { return selectedKnob }
    // A dropout layer has but one value, whatever column is marked.
    if selectedLayers.count == 1, selectedLayers[0].dropout != nil { return .dropout }
    return adjustedColumn
  }

  /// The block that opens or closes with the selected row: itself, or the one its layer lies in.
  var selectedBlockPath: String? {
    selectedIndex.flatMap { rows[$0].block }
  }
}
