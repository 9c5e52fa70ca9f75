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
    case .show(let number):
      return number == self.number ? "this is the screen on show" : nil
    case .goBack: return goBackRefusal
    case .pauseOrResume, .singleStep, .checkpoint, .trainOn:
      return runRefusal(of: action)
    case .solveHead: return solvingRefusal
    case .undo: return isLeaving ? "the run is stopping" : shared.undoRefusal
    case .redo: return isLeaving ? "the run is stopping" : shared.redoRefusal
    case .screen(let own): return screen.refusal(of: own, shared)
    }
  }

  private var canGoBack: Bool {
    let selection = shared.selection
    if shared.overlay != nil || selection.anchor != nil || selection.search != nil
      || !isOnFirstScreen
    {
      return true
    }
    var copy = self
    return copy.onScreen { $0.goBack(&$1) }
  }

  private var goBackRefusal: String? {
    guard !isLeaving else { return "the run is stopping" }
    guard let breakdown = shared.snapshot?.breakdown else { return "training has not broken down" }
    return breakdown.backTo == nil ? "there is nothing to go back to" : nil
  }

  private var solvingRefusal: String? {
    if let reason = runRefusal(of: .solveHead) { return reason }
    if let pauseRefusal = shared.pauseRefusal { return pauseRefusal }
    let live = shared.layers.dropLast().filter { $0.canFreeze && !$0.isFrozen }.map(\.name)
    return live.isEmpty ? nil : ObjectionText.liveBelowHead(live)
  }

  private func runRefusal(of action: Action) -> String? {
    guard !isLeaving else { return "the run is stopping" }
    if shared.snapshot?.run.isSearch == true, action != .pauseOrResume {
      return ObjectionText.text(.isSearch)
    }
    switch (action, shared.state) {
    case (_, .preparing): return "the run is being prepared"
    case (_, .failed): return "training has failed"
    case (.pauseOrResume, .unsaved), (.singleStep, .unsaved):
      return "training is over, and not saved yet"
    case (.pauseOrResume, .finished), (.singleStep, .finished): return "training is finished"
    case (.singleStep, .running), (.singleStep, .validating): return "pause first"
    default: return nil
    }
  }
}
