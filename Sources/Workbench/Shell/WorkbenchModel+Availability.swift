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
      return number == self.number ? "this is the screen on show" : experimentRefusal
    case .goBack: return goBackRefusal
    case .pauseOrResume, .singleStep, .trainOn:
      return experimentRefusal ?? runRefusal(of: action)
    case .checkpoint: return runRefusal(of: action)
    case .findRate: return copyRefusal
    case .whatIf:
      if shared.whatIf != nil { return "edits are being collected" }
      return copyRefusal ?? stepsRefusal
    case .compare: return copyRefusal ?? stepsRefusal ?? shared.compareRefusal
    case .solveHead: return solvingRefusal
    case .undo: return isLeaving ? "the run is stopping" : shared.undoRefusal
    case .redo: return isLeaving ? "the run is stopping" : shared.redoRefusal
    case .screen(let own): return screen.refusal(of: own, shared)
    }
  }

  private var canGoBack: Bool {
    let selection = shared.selection
    if shared.overlay != nil || selection.anchor != nil || selection.search != nil
      || shared.whatIf != nil || !isOnFirstScreen
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

  /// The run waits while something is tried on copies of it.
  private var experimentRefusal: String? {
    shared.showsExperiment ? "the run waits: esc lets it go on" : nil
  }

  /// Why nothing can be tried on copies of the run.
  private var copyRefusal: String? {
    if let experimentRefusal { return experimentRefusal }
    guard !isLeaving else { return "the run is stopping" }
    guard shared.snapshot?.run.isSearch != true else { return ObjectionText.text(.isSearch) }
    switch shared.state {
    case .preparing(.solvingHead): return ObjectionText.text(.isSolvingHead)
    case .preparing, .failed: return shared.runRefusal
    case .unsaved: return "training is over, and not saved yet"
    case .finished(.dropped): return ObjectionText.text(.isDropped)
    case .running, .validating, .paused, .finished: return nil
    }
  }

  /// Why no more steps can be made with edits and without.
  private var stepsRefusal: String? {
    guard shared.totalSteps > 0, shared.step >= shared.totalSteps else { return nil }
    return ObjectionText.text(.epochsAreDone(shared.snapshot?.settings.epochs ?? 0))
  }

  private var solvingRefusal: String? {
    if let experimentRefusal { return experimentRefusal }
    if shared.whatIf != nil { return "edits are collected, and not made" }
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
    case (_, .preparing), (_, .failed): return shared.runRefusal
    case (.pauseOrResume, .unsaved), (.singleStep, .unsaved):
      return "training is over, and not saved yet"
    case (.pauseOrResume, .finished), (.singleStep, .finished): return "training is finished"
    case (.singleStep, .running), (.singleStep, .validating): return "pause first"
    default: return nil
    }
  }
}
