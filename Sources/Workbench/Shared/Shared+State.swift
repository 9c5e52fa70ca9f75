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
    case .running, .paused, .unsaved, .finished, .failed: false
    }
  }

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
    let sent = pending.applied(to: snapshot.settings)
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

  /// Index of the selected row; `nil` while there are none.
  var selectedIndex: Int? {
    guard !rows.isEmpty else { return nil }
    return selection.flatMap { tree.index(of: $0, in: rows) }
      ?? min(max(selectedRow, 0), rows.count - 1)
  }

  /// Indices of the rows that a key acts on: the range, or the selected row.
  var chosenRows: ClosedRange<Int>? {
    guard let selected = selectedIndex else { return nil }
    guard let anchor = rangeAnchor.flatMap({ tree.index(of: $0, in: rows) }) else {
      return selected...selected
    }
    return min(anchor, selected)...max(anchor, selected)
  }

  /// The layers that a key acts on, in the order of the list.
  var selectedLayers: [LayerSummary] {
    let layers = layers
    return chosenLayers.sorted().map { layers[$0] }
  }

  /// Their places among all layers.
  var chosenLayers: Set<Int> {
    chosenRows.map { Set(rows[$0].flatMap(\.layers)) } ?? []
  }

  /// The selection in words: a layer's name, a block's, or how many layers.
  var selectionTitle: String {
    guard let chosen = chosenRows else { return "" }
    if chosen.count == 1 { return rows[chosen.lowerBound].title }
    return NumberText.quantity(selectedLayers.count, "layer")
  }

  /// All that can be frozen of the selection is, so that the next key thaws it.
  var selectionIsFrozen: Bool {
    let values = layerValues
    let freezable = selectedLayers.filter(\.canFreeze)
    return !freezable.isEmpty && freezable.allSatisfy { values.isFrozen($0) }
  }

  var selectedBlockIsOpen: Bool { selectedBlockPath.map { expanded.contains($0) } ?? false }

  /// The block that opens or closes with the selected row: itself, or the one its layer lies in.
  var selectedBlockPath: String? {
    selectedIndex.flatMap { rows[$0].block }
  }

  /// The knob that `-` and `+` turn where layers are in focus. A dropout layer has but one value,
  /// whatever column is marked.
  var adjustedKnob: Knob {
    selectedLayers.count == 1 && selectedLayers[0].dropout != nil ? .dropout : adjustedColumn
  }
}
