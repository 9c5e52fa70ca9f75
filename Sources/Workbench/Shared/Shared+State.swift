import EngineInterface
import Files

/// What follows from it, and is asked for in more than one place.
extension Shared {
  var layers: [LayerSummary] { snapshot?.layers ?? [] }
  var state: EngineSnapshot.State { snapshot?.state ?? .preparing(.starting) }

  /// Nothing to see yet but that something is being done.
  var isWorking: Bool {
    switch state {
    case .preparing, .validating: true
    case .running, .paused, .unsaved, .finished, .failed:
      showsExperiment && (experiment == nil || experiment?.phase == .running)
    }
  }

  /// Whether a search is under way beside the run.
  var searchesBeside: Bool { snapshot?.run.isSearch == false && search?.isUnderWay == true }

  /// Over, with what was learned in no checkpoint yet.
  var isUnsaved: Bool {
    if case .unsaved = state { true } else { false }
  }

  var isOver: Bool {
    switch state {
    case .finished, .failed: true
    case .preparing, .running, .validating, .paused, .unsaved: false
    }
  }

  /// Why nothing can be edited now; `nil` where it can.
  var editRefusal: String? {
    showsExperiment ? "the run waits: esc lets it go on" : runRefusal
  }

  /// Why there is no run to do anything with; `nil` where there is one.
  var runRefusal: String? {
    switch state {
    case .preparing: "the run is being prepared"
    case .failed: "training has failed"
    case .running, .validating, .paused, .unsaved, .finished: nil
    }
  }

  /// Why nothing can be done that needs a paused run; `nil` where it can.
  var pauseRefusal: String? {
    switch state {
    case .paused: nil
    case .running, .validating: "pause first"
    case .unsaved, .finished: "training is finished"
    case .preparing, .failed: editRefusal
    }
  }

  /// The settings with everything that is on its way to the engine.
  var wantedSettings: TuningSettings {
    guard let snapshot else { return TuningSettings() }
    var sent = pending.applied(to: snapshot.settings)
    for edit in whatIf?.edits ?? [] { sent = sent.applying(edit) }
    return draft.map { sent.applying($0.edit) } ?? sent
  }

  var layerValues: LayerValues {
    LayerValues(applied: snapshot?.settings ?? TuningSettings(), wanted: wantedSettings)
  }

  var totalSteps: Int {
    guard let progress = snapshot?.progress else { return 0 }
    let (total, overflow) = progress.epochs.multipliedReportingOverflow(by: progress.stepsPerEpoch)
    return overflow ? 0 : total
  }

  var step: Int { snapshot?.progress.step ?? 0 }

  /// The step that could not be done, or the last one that was.
  var failedStep: Int { snapshot?.breakdown?.step ?? step }

  /// The layers that a key acts on, in the order of the list.
  var selectedLayers: [LayerSummary] {
    let layers = layers
    return selection.chosenLayers.sorted().map { layers[$0] }
  }

  /// The selection in words: a layer's name, a block's, or how many layers.
  var selectionTitle: String {
    if let search = selection.search, search.holdsAll {
      return NumberText.quantity(search.layers.count, "layer")
    }
    guard let chosen = selection.chosenRows else { return "" }
    if chosen.count == 1 { return selection.rows[chosen.lowerBound].title }
    return NumberText.quantity(selectedLayers.count, "layer")
  }

  /// All that can be frozen of the selection is, so that the next key thaws it.
  var selectionIsFrozen: Bool {
    let values = layerValues
    let freezable = selectedLayers.filter(\.canFreeze)
    return !freezable.isEmpty && freezable.allSatisfy { values.isFrozen($0) }
  }

  /// The knob that `-` and `+` turn where layers are in focus. A dropout layer has but one value,
  /// whatever column is marked.
  var adjustedKnob: Knob {
    selectedLayers.count == 1 && selectedLayers[0].dropout != nil ? .dropout : adjustedColumn
  }
}
