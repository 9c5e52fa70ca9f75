import TerminalUI

/// The first screen: layers, curves, controls.
struct TrainScreen: Screen {
  enum Pane: Sendable, CaseIterable {
    case layers, loss, accuracy, rate, controls

    /// A curve over steps, not a list of something.
    var isChart: Bool { self == .loss || self == .accuracy || self == .rate }
  }

  static let number = 1
  static let title = "Train"

  var focus = Pane.layers {
    didSet {
      if focus.isChart { chartShown = focus } else { companion = focus }
    }
  }
  /// The chart on show where there is room for one.
  private(set) var chartShown = Pane.loss
  /// What stands with it where there is room for one more.
  private(set) var companion = Pane.layers
  /// The focused pane has the whole screen.
  var isFilled = false
  /// The first row of the layer list in view.
  var listOffset = 0
  var chart = ChartWindow()
  var selectedKnob = Knob.learningRate
  /// The knob whose handle the mouse holds.
  var draggedKnob: Knob?
  /// The part of a chart that the mouse is drawing over.
  var chartDrag: ChartDrag?

  init() {}

  var isOnLayers: Bool { focus == .layers }
  var isOnChart: Bool { focus.isChart }
  var isOnControls: Bool { focus == .controls }

  var helpGroups: [String] {
    switch focus {
    case .layers: ["Layers"]
    case .loss, .accuracy, .rate: ["Charts"]
    case .controls: ["Controls"]
    }
  }

  /// The knob that `-` and `+` turn where the focus is.
  func adjustedKnob(_ shared: Shared) -> Knob {
    isOnControls ? selectedKnob : shared.adjustedKnob
  }

  /// Whether the learning rate has a chart of its own beside the others.
  func hasRateChart(_ shared: Shared) -> Bool {
    var whole = self
    whole.isFilled = false
    whole.leaveRateChart()
    return !TrainLayout(whole, shared).rate.isEmpty
  }

  /// Shows the loss where the learning rate was.
  private mutating func leaveRateChart() {
    if focus == .rate { focus = .loss }
    if chartShown == .rate { chartShown = .loss }
  }

  mutating func refresh(_ shared: Shared) { scrollList(shared) }

  mutating func type(_ key: Key, _ shared: inout Shared) -> [Effect]? {
    shared.selection.type(key) ? [] : nil
  }

  mutating func resize(_ shared: Shared) {
    if !hasRateChart(shared) { leaveRateChart() }
  }

  mutating func disappear() { draggedKnob = nil }

  func isUrgent(_ action: Action, _ shared: Shared) -> Bool {
    action == .nextPane && TrainLayout(self, shared).hidesPanes
  }
}
