import TerminalUI

/// What keys do to the selected layers, on every screen that shows them.
enum LayerAction: Sendable, Hashable {
  case toggleFreeze
  case beginRange
  case toggleFreezeAll
  case toggleBlock
  /// All about the selected layer, over the screen.
  case details
  /// Closes the block that the selected row lies in.
  case closeOuter
  case toggleAllBlocks
  /// By name.
  case search
  case nextFound
  case previousFound
  case insertDropout
  /// Cuts the network after the selected layer, for a new head.
  case moveHead
}

extension LayerAction {
  /// Whether it works on what the details show.
  var worksUnderDetails: Bool {
    self == .toggleFreeze || self == .insertDropout || self == .moveHead
  }
}

extension Shared {
  /// - Parameter showsOpenBlocks: whether an open block has a row of its own above its layers.
  mutating func perform(_ action: LayerAction, showsOpenBlocks: Bool) -> [Effect] {
    switch action {
    case .toggleFreeze: return toggleFreeze(selectedLayers)
    case .beginRange: selection.toggleRange()
    case .toggleFreezeAll: return toggleFreezeAll()
    case .toggleBlock: selection.toggleBlock(showsOpenBlocks: showsOpenBlocks)
    case .details: overlay = .details
    case .closeOuter: selection.closeOuter()
    case .toggleAllBlocks: selection.toggleAllBlocks()
    case .search: selection.beginSearch()
    case .nextFound: selection.selectFound(direction: 1)
    case .previousFound: selection.selectFound(direction: -1)
    case .insertDropout: offerDropout()
    case .moveHead: offerHead()
    }
    return []
  }
}

/// The keys of the selected layers: the same wherever layers are shown.
struct LayerBindings<S: Screen> {
  let isPresent: @Sendable (Scene<S>) -> Bool
  /// Whether enter opens or closes a block, and does not show details.
  let enterTogglesBlock: @Sendable (Scene<S>) -> Bool
  let action: @Sendable (LayerAction) -> S.Action
  let adjust: @Sendable (Int, ValueScale.Reach) -> S.Action

  var bindings: [KeyBinding<Scene<S>, S.Action>] {
    let (enterTogglesBlock, action) = (enterTogglesBlock, action)
    return [
      Entry<S>(["space"], action(.toggleFreeze), "freeze", "freeze the selected layers", bar: 10) {
        !$0.selectionIsFrozen
      },
      Entry(["space"], action(.toggleFreeze), "thaw", "thaw the selected layers", bar: 10) {
        $0.selectionIsFrozen
      },
      Entry(
        ["v"], action(.beginRange), "range", "begin a range of layers, or give it up", bar: 14),
      Entry(["enter"], action(.toggleBlock), "open", "open the selected block", bar: 16) {
        enterTogglesBlock($0) && !$0.selection.blockIsOpen
      },
      Entry(["enter"], action(.toggleBlock), "close", "close the selected block", bar: 16) {
        enterTogglesBlock($0) && $0.selection.blockIsOpen
      },
      Entry(["enter"], action(.details), "details", "all about the selected layer", bar: 50) {
        !enterTogglesBlock($0)
      },
      Entry(
        ["backspace"], action(.closeOuter), "close", "close the block around the selected row"),
      Entry(["o"], action(.toggleAllBlocks), "all blocks", "open or close all blocks"),
      Entry(
        ["/"], action(.search), "search",
        "select layers by name: a part, a block or a pattern, such as layer4 or features.0-6",
        bar: 44),
      Entry(["n"], action(.nextFound), "next", "the next that was found", bar: 18) {
        $0.selection.search?.isTyping == false
      },
      Entry(["N"], action(.previousFound), "previous", "the one before that was found") {
        $0.selection.search?.isTyping == false
      },
      Entry(
        ["a"], action(.toggleFreezeAll), "all", "freeze all but the last layer, or thaw all",
        bar: 48),
      Entry(
        ["i"], action(.insertDropout), "insert dropout",
        "insert a dropout layer after the selected layer"),
      Entry(
        ["H"], action(.moveHead), "head here",
        "cut the network after the layer: a new head there"),
    ].map { $0.binding(group: "Layers", isPresent: isPresent) }
      + Entry.adjustments(
        adjust, less: "lower the marked column's value", more: "raise the marked column's value",
        title: "adjust", coarsely: "coarsely"
      ).map { $0.binding(group: "Layers", isPresent: isPresent) }
  }
}
