import EngineInterface
import TerminalUI

/// Everything the screen shows and everything it remembers between two keys. A plain value:
/// `update` makes the next one, `render` draws it.
package struct WorkbenchModel: Sendable {
  package enum Screen: Int, Sendable, CaseIterable {
    case train = 1
    case graph = 2
  }

  enum Pane: Sendable, CaseIterable {
    case layers, loss, accuracy, rate, controls

    /// A curve over steps, not a list of something.
    var isChart: Bool { self == .loss || self == .accuracy || self == .rate }
  }

  /// What lies over the screen and takes the keys.
  enum Overlay: Sendable, Equatable {
    case help(scroll: Int)
    case palette(PaletteState)
    case dialog(DialogState)
    /// All about the selected layer.
    case details
  }

  // What the terminal and the engine say.
  package internal(set) var columns: Int
  package internal(set) var lines: Int
  /// Seconds since 1970 at the last tick; the screen has no other clock.
  package internal(set) var now = 0.0
  /// The engine as the screen shows it.
  package internal(set) var snapshot: EngineView?
  /// The engine as it is: its numbers run ahead of those shown.
  var newest: EngineView?
  var pace = Pace()
  package let themeNames: [String]
  package internal(set) var themeIndex: Int
  /// Seconds that local time is ahead of UTC.
  let utcOffset: Int
  /// What the terminal can draw.
  let glyphs: GlyphSet

  // Where the person is.
  package internal(set) var screen = Screen.train
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
  var overlay: Overlay?
  /// What the person has asked for and nothing has come of yet: leave as soon as the run stands.
  var isLeaving = false

  // Layers: one selection for the list and the graph.
  var selection: LayerRow.ID?
  /// Where the selection was in the list: if its row goes away, the next one there is taken.
  var selectedRow = 0
  /// The other end of a range; `nil` without one.
  var rangeAnchor: LayerRow.ID?
  /// Paths of the blocks that are open.
  var expanded: Set<String> = [] {
    didSet { rows = tree.rows(expanded: expanded) }
  }
  /// The layers' blocks, made anew when the layers change.
  var tree = LayerTree() {
    didSet { rows = tree.rows(expanded: expanded) }
  }
  /// The layer list as it is opened and closed now.
  private(set) var rows: [LayerRow] = []
  var adjustedColumn = Knob.multiplier
  /// The first row of the layer list in view.
  var listOffset = 0
  /// `nil` until the graph screen has been opened.
  var graph: GraphScene?

  // Charts and controls.
  var chart = ChartWindow()
  var selectedKnob = Knob.learningRate
  /// The knob whose handle the mouse holds.
  var draggedKnob: Knob?
  /// The part of a chart that the mouse is drawing over.
  var chartDrag: ChartDrag?
  /// The row or box that was clicked last, and when: a second click makes it a double one.
  var lastClick: Click?

  // What was asked for, and what came of it.
  var pending: PendingRequests
  /// A value still being turned: sent when the hand rests, so that one turn is one edit.
  var draft: Draft?
  var log = NoticeLog()
  /// Ends of epochs and checkpoints that wait for their turn in the log.
  var routine = RoutineEvents()
  var lastCheckpoint: Checkpoint?
  /// The step of the epoch's end that was said last, until its checkpoint is.
  var epochSaid: Int?

  struct Draft: Sendable, Equatable {
    /// How long a hand must rest, in seconds.
    static let restSeconds = 0.25
    var edit: Edit
    var changedAt: Double
  }

  struct Checkpoint: Sendable, Equatable {
    var path: String
    var step: Int
  }

  /// - Parameters:
  ///   - themeNames: what the theme key goes through; `theme` is where it begins.
  ///   - utcOffset: seconds that local time is ahead of UTC, for the times of edits.
  ///   - sender: what names its requests among those of others.
  package init(
    size: Size, glyphs: GlyphSet, themeNames: [String], theme: String? = nil, utcOffset: Int = 0,
    sender: UInt64 = 1
  ) {
    pending = PendingRequests(sender: sender)
    columns = size.width
    lines = size.height
    self.glyphs = glyphs
    self.themeNames = themeNames
    self.themeIndex = theme.flatMap { themeNames.firstIndex(of: $0) } ?? 0
    self.utcOffset = utcOffset
  }

  /// Whether the learning rate has a chart of its own beside the others.
  var hasRateChart: Bool {
    var whole = self
    whole.isFilled = false
    whole.leaveRateChart()
    return !TrainLayout(whole).rate.isEmpty
  }

  /// Shows the loss where the learning rate was.
  mutating func leaveRateChart() {
    if focus == .rate { focus = .loss }
    if chartShown == .rate { chartShown = .loss }
  }

  /// The name of the theme in use; empty where none was given.
  package var themeName: String {
    themeNames.indices.contains(themeIndex) ? themeNames[themeIndex] : ""
  }

  /// When the loop must wake although nothing comes in, in seconds since 1970.
  package var nextDeadline: Double? {
    let rest = draft.map { $0.changedAt + Draft.restSeconds }
    // A spinner turns, and a notice stops being news.
    let beat = isWorking ? (now * 4).rounded(.down) / 4 + 0.25 : nil
    let stale =
      log.fresh(at: now).map { $0.time + NoticeLog.freshSeconds }
    return [rest, beat, stale].compactMap(\.self).min()
  }
}
