import TerminalUI

/// The second screen: the layer graph, the selected layer in full, and a map of the whole network.
struct GraphScreen: Screen {
  static let number = 2
  static let title = "Graph"

  /// `nil` until the screen has been opened.
  var graph: GraphScene?

  init() {}

  var helpGroups: [String] { ["Graph", "Layers"] }

  enum Action: ScreenAction {
    case move(Movement)
    case layers(LayerAction)
    case adjust(Int, ValueScale.Reach)
    /// The next of the values that `adjust` changes.
    case nextColumn

    package var isMovement: Bool { if case .move = self { true } else { false } }

    package var worksUnderDetails: Bool {
      switch self {
      case .move, .adjust, .nextColumn: true
      case .layers(let action): action.worksUnderDetails
      }
    }
  }

  static let bindings =
    LayerBindings<GraphScreen>(
      isPresent: { _ in true },
      // An open block is its layers.
      enterTogglesBlock: { $0.selection.blockPath != nil },
      action: { .layers($0) }, adjust: { .adjust($0, $1) }
    ).bindings
    + ([
      Entry<GraphScreen>(
        ["tab"], .nextColumn, "value", "mark the next value: lr×, dropout, max-norm", bar: 22)
    ]
    + Entry.moves(
      { .move($0) },
      Entry.Ways(
        up: "to the layer before, along the edge", down: "to the layer after, along the edge",
        left: "to the branch at the left", right: "to the branch at the right",
        page: "five layers", half: "two layers")))
    .map { $0.binding(group: "Graph") }

  func refusal(of action: Action, _ shared: Shared) -> String? {
    switch action {
    case .move: shared.layers.isEmpty ? "there are no layers yet" : nil
    case .layers(let action): shared.refusal(of: action)
    case .adjust(let direction, let reach):
      shared.refusal(ofTurning: shared.adjustedKnob, direction: direction, reach: reach)
    case .nextColumn: nil
    }
  }

  mutating func perform(_ action: Action, _ shared: inout Shared) -> [Effect] {
    switch action {
    case .move(let way): move(way, &shared)
    case .layers(let action): return shared.perform(action, showsOpenBlocks: false)
    case .adjust(let direction, let reach):
      return shared.turn(shared.adjustedKnob, direction: direction, reach: reach)
    case .nextColumn: shared.nextColumn()
    }
    return []
  }

  mutating func goBack(_ shared: inout Shared) -> Bool { false }

  mutating func refresh(_ shared: Shared) { refreshGraph(shared) }

  mutating func type(_ key: Key, _ shared: inout Shared) -> [Effect]? {
    shared.selection.type(key) ? [] : nil
  }

  func draw(_ canvas: inout Canvas, _ shared: Shared) -> [HitRegion<LayerRow.ID>] {
    GraphView(model: Scene(screen: self, shared: shared)).draw(&canvas)
  }
}
