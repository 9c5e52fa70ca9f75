import EngineInterface

extension Shared {
  /// Why `action` does nothing now, as half a sentence; `nil` where it works.
  func refusal(of action: LayerAction) -> String? {
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
      return selection.blockPath == nil ? "\(selectionTitle) is in no block" : nil
    case .closeOuter:
      return selection.outerPath == nil ? "\(selectionTitle) is in no block" : nil
    case .search: return nil
    case .nextFound, .previousFound:
      return selection.search == nil ? "nothing is searched for" : nil
    case .toggleAllBlocks:
      return selection.tree.blockPaths.isEmpty ? "there are no blocks" : nil
    case .insertDropout:
      let reading = reading(of: .dropout)
      if let reason = reading.disabledReason { return reason }
      if reading.insertsAfter != nil { return nil }
      return reading.subject == selectedLayers.last?.name
        ? "\(reading.subject) is dropout itself"
        : "there is dropout after \(selectedLayers.last?.name ?? "") already: \(reading.subject)"
    case .moveHead:
      if let pauseRefusal { return pauseRefusal }
      guard selectedLayers.count == 1, let layer = selectedLayers.first else {
        return "select one layer"
      }
      return layer.name == layers.last?.name ? "\(layer.name) is the head" : nil
    case .details: return nil
    }
  }

  /// Why a knob cannot be turned so.
  func refusal(ofTurning knob: Knob, direction: Int, reach: ValueScale.Reach) -> String? {
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
}
