import EngineInterface
import TerminalUI

/// What all screens see and act on: the run, the layers and which of them are selected, what was asked
/// for and has not come about yet, what was said, and the time. A plain value, handed to each screen.
package struct Shared: Sendable {
  // What the terminal and the engine say.
  package internal(set) var columns: Int
  package internal(set) var lines: Int
  /// Seconds since 1970 at the last tick; the screens have no other clock.
  package internal(set) var now = 0.0
  /// The engine as the screens show it.
  package internal(set) var snapshot: EngineView?
  /// The engine's search; `nil`: there is none.
  package internal(set) var search: SearchSnapshot?
  /// What the engine tries on copies of the run; `nil`: nothing.
  package internal(set) var experiment: ExperimentSnapshot?
  /// Learning rates that a search may try, as the finder found them last.
  var foundRates: ClosedRange<Double>?
  /// It is on show, in the screen's place.
  var showsExperiment = false
  /// Edits that are collected to be compared; `nil`: edits are made.
  var whatIf: WhatIf?
  /// Seconds that local time is ahead of UTC.
  let utcOffset: Int
  /// What the terminal can draw.
  let glyphs: GlyphSet

  var selection = LayerSelection()
  /// The value of the selected layers that `-` and `+` change.
  var adjustedColumn = Knob.multiplier

  // What was asked for, and what came of it.
  var pending: PendingRequests
  var edits = EditHistory()
  /// A value still being turned: sent when the hand rests, so that one turn is one edit.
  var draft: Draft?
  /// The mouse holds what is being turned: the hand does not rest.
  var isHeld = false
  var log = NoticeLog()
  var lastCheckpoint: Checkpoint?
  /// What lies over the screen and takes the keys.
  var overlay: Overlay?

  enum Overlay: Sendable, Equatable {
    case help(scroll: Int)
    case palette(PaletteState)
    case dialog(DialogState)
    /// All about the selected layer.
    case details
  }

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
  ///   - utcOffset: seconds that local time is ahead of UTC, for the times of edits.
  ///   - sender: what names its requests among those of others.
  init(size: Size, glyphs: GlyphSet, utcOffset: Int, sender: UInt64) {
    pending = PendingRequests(sender: sender)
    columns = size.width
    lines = size.height
    self.glyphs = glyphs
    self.utcOffset = utcOffset
  }

  /// The part of the terminal that a screen draws on: all but the first line and the last.
  var body: Rect { Size(width: columns, height: lines).bounds.inset(columns: 0, rows: 1) }

  /// Columns below which nothing stands beside anything else.
  static let narrow = 72
}
