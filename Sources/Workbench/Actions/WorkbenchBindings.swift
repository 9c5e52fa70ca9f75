import TerminalUI

/// Every key of the workbench. The keyboard, the bottom bar, the help page, the palette and the
/// tests read this one table.
package enum WorkbenchBindings {
  package typealias Binding = KeyBinding<WorkbenchModel, Action>

  package static let table = BindingTable(layers + graph + charts + controls + run + everywhere)

  private static let layers: [Binding] = onLayers(
    [
      Entry(["space"], .toggleFreeze, "freeze", "freeze the selected layers", bar: 10) {
        !$0.selectionIsFrozen
      },
      Entry(["space"], .toggleFreeze, "thaw", "thaw the selected layers", bar: 10) {
        $0.selectionIsFrozen
      },
      Entry(["v"], .beginRange, "range", "begin a range of layers, or give it up", bar: 14),
      Entry(["enter"], .toggleBlock, "open", "open the selected block", bar: 16) {
        $0.enterTogglesBlock && !$0.selectedBlockIsOpen
      },
      Entry(["enter"], .toggleBlock, "close", "close the selected block", bar: 16) {
        $0.enterTogglesBlock && $0.selectedBlockIsOpen
      },
      Entry(["enter"], .details, "details", "all about the selected layer", bar: 50) {
        !$0.enterTogglesBlock
      },
      Entry(["o"], .toggleAllBlocks, "all blocks", "open or close all blocks"),
      Entry(
        ["a"], .toggleFreezeAll, "all", "freeze all but the last layer, or thaw all", bar: 48),
      Entry(
        ["i"], .insertDropout, "insert dropout", "insert a dropout layer after the selected layer"),
    ])

  private static let graph: [Binding] =
    [
      Entry(["tab"], .nextColumn, "value", "mark the next value: lr×, dropout, max-norm", bar: 22)
    ].map { $0.binding(group: "Graph", isPresent: { $0.isOnGraph }) }
    + moves(
      group: "Graph", isPresent: { $0.isOnGraph },
      up: "to the layer before, along the edge", down: "to the layer after, along the edge",
      left: "to the branch at the left", right: "to the branch at the right",
      page: "five layers", half: "two layers")

  private static let charts: [Binding] =
    adjustments(
      group: "Charts", isPresent: { $0.isOnChart }, less: "zoom out", more: "zoom in",
      title: "zoom",
      coarsely: "by half")
    + moves(
      group: "Charts", isPresent: { $0.isOnChart }, up: "crosshair to the edit before",
      down: "crosshair to the next edit", left: "crosshair to the left",
      right: "crosshair to the right", page: "half a window", half: "a quarter of a window")
    + shownChart.map { $0.binding(group: "Charts", isPresent: { $0.isOnChart }) }
    // From elsewhere they act on the chart on show, and the bar has what is in focus.
    + shownChart.map { entry in
      var entry = entry
      entry.barOrder = nil
      return entry.binding(group: "Charts", isPresent: { $0.screen == .train && !$0.isOnChart })
    }

  private static let shownChart = [
    Entry(["x"], .toggleLogarithmic, "log", "logarithmic or linear axis", bar: 12),
    Entry(["s"], .smooth(1), "smoother", "a smoother line", bar: 14),
    Entry(["S"], .smooth(-1), "less smooth", "a less smooth line"),
    Entry(["w"], .wholeRun, "whole run", "show the whole run again", bar: 16),
  ]

  private static let controls: [Binding] =
    adjustments(
      group: "Controls", isPresent: { $0.isOnControls }, less: "lower the selected value",
      more: "raise the selected value", title: "adjust", coarsely: "coarsely")
    + moves(
      group: "Controls", isPresent: { $0.isOnControls }, up: "slider above", down: "slider below",
      left: "lower, finely", right: "raise, finely",
      page: "a column of sliders", half: "two sliders")
    + [
      Entry(
        ["i"], .insertDropout, "insert dropout", "insert a dropout layer after the selected layer",
        bar: 14)
    ].map { $0.binding(group: "Controls", isPresent: { $0.isOnControls }) }

  private static let run: [Binding] = [
    Entry(["p"], .pauseOrResume, "pause", "pause training", bar: 30) {
      $0.state != .paused
    },
    Entry(["p"], .pauseOrResume, "resume", "resume training", bar: 5) { $0.state == .paused },
    Entry(["."], .singleStep, "one step", "train one step, and pause again", bar: 6),
    Entry(["c"], .checkpoint, "checkpoint", "write a checkpoint", bar: 38),
    Entry(
      ["b"], .goBack, "back, lr/10",
      "back to the last checkpoint, or the beginning, at a tenth of the learning rate", bar: 4),
    Entry(
      ["r"], .solveHead, "solve head",
      "solve the head on the frozen layers below it", bar: 52),
    Entry(["e"], .trainOn, "train on", "train for more epochs than were asked for", bar: 7) {
      $0.isOver
    },
    Entry(["e"], .trainOn, "more epochs", "train for more epochs than were asked for") {
      !$0.isOver
    },
  ].map { $0.binding(group: "Run") }

  private static let everywhere: [Binding] = [
    Entry(["tab"], .nextPane, "focus", "to the next pane", bar: 36) { $0.screen == .train },
    Entry(["backtab"], .previousPane, "focus back", "to the pane before") { $0.screen == .train },
    Entry(["f"], .fillPane, "fill", "give the focused pane the whole screen, or take it back") {
      $0.screen == .train
    },
    Entry(["1"], .show(.train), "train", "the train screen", bar: 42),
    Entry(["2"], .show(.graph), "graph", "the graph screen", bar: 42),
    Entry(
      [":", "ctrl-p"], .palette, "command", "find a command by its name, or set a value", bar: 46),
    Entry(["t"], .nextTheme, "theme", "the next theme"),
    Entry(["?", "f1"], .help, "help", "every key, by pane", bar: 32),
    Entry(["ctrl-l"], .repaint, "repaint", "draw the screen again"),
    Entry(["esc"], .back, "back", "back: out of a range, a zoom, a screen"),
    Entry(["q", "ctrl-c"], .quit, "quit", "leave the workbench", bar: 33),
  ].map { $0.binding(group: "Everywhere") }

  /// The same keys act on the selected layers in the list and in the graph.
  private static func onLayers(_ entries: [Entry]) -> [Binding] {
    let isPresent: @Sendable (WorkbenchModel) -> Bool = { $0.isOnLayers || $0.isOnGraph }
    return entries.map { $0.binding(group: "Layers", isPresent: isPresent) }
      + adjustments(
        group: "Layers", isPresent: isPresent, less: "lower the marked column's value",
        more: "raise the marked column's value", title: "adjust", coarsely: "coarsely")
      + moves(
        group: "Layers", isPresent: { $0.isOnLayers }, up: "layer above", down: "layer below",
        left: "mark the column at the left: lr×, dropout or max-norm",
        right: "mark the column at the right", page: "a page of layers",
        half: "half a page of layers")
  }

  private static func adjustments(
    group: String, isPresent: @escaping @Sendable (WorkbenchModel) -> Bool, less: String,
    more: String, title: String, coarsely: String
  ) -> [Binding] {
    [
      Entry(["-", "_"], .adjust(-1, .fine), title, less, bar: 20),
      Entry(["+", "="], .adjust(1, .fine), title, more, bar: 20),
      Entry(["["], .adjust(-1, .coarse), title, "\(less), \(coarsely)"),
      Entry(["]"], .adjust(1, .coarse), title, "\(more), \(coarsely)"),
    ].map { $0.binding(group: group, isPresent: isPresent) }
  }

  private static func moves(
    group: String, isPresent: @escaping @Sendable (WorkbenchModel) -> Bool, up: String,
    down: String, left: String, right: String, page: String, half: String
  ) -> [Binding] {
    [
      Entry(["up", "k"], .move(.up), "up", up),
      Entry(["down", "j"], .move(.down), "down", down),
      Entry(["left", "h"], .move(.left), "left", left),
      Entry(["right", "l"], .move(.right), "right", right),
      Entry(["pgup", "ctrl-b"], .page(-1), "page up", "back by \(page)"),
      Entry(["pgdn", "ctrl-f"], .page(1), "page down", "on by \(page)"),
      Entry(["ctrl-u"], .halfPage(-1), "half page up", "back by \(half)"),
      Entry(["ctrl-d"], .halfPage(1), "half page down", "on by \(half)"),
      Entry(["home", "g"], .edge(-1), "first", "to the beginning"),
      Entry(["end", "G"], .edge(1), "last", "to the end"),
    ].map {
      var binding = $0.binding(group: group, isPresent: isPresent)
      binding.isInPalette = false
      return binding
    }
  }
}

/// A line of the table, before it is known where it belongs.
private struct Entry {
  var keys: [Key]
  var action: Action
  var title: String
  var description: String
  var barOrder: Int?
  var condition: @Sendable (WorkbenchModel) -> Bool

  init(
    _ keys: [Key], _ action: Action, _ title: String, _ description: String, bar: Int? = nil,
    when condition: @escaping @Sendable (WorkbenchModel) -> Bool = { _ in true }
  ) {
    self.keys = keys
    self.action = action
    self.title = title
    self.description = description
    self.barOrder = bar
    self.condition = condition
  }

  func binding(
    group: String, isPresent: @escaping @Sendable (WorkbenchModel) -> Bool = { _ in true }
  ) -> WorkbenchBindings.Binding {
    let (action, condition) = (action, condition)
    return KeyBinding(
      keys, action, title: title, description: description, group: group, barOrder: barOrder,
      isPresent: { isPresent($0) && condition($0) },
      disabledReason: { $0.refusal(of: action) })
  }
}

extension WorkbenchModel {
  /// In the list a block has a row of its own; in the graph an open one is its layers.
  var enterTogglesBlock: Bool {
    if screen == .graph { return selectedBlockPath != nil }
    return selectedIndex.map { rows[$0].isBlock } ?? false
  }

  var isOnLayers: Bool { screen == .train && focus == .layers }
  var isOnChart: Bool { screen == .train && focus.isChart }
  var isOnControls: Bool { screen == .train && focus == .controls }
  var isOnGraph: Bool { screen == .graph }
}
