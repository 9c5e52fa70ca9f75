import TerminalUI

extension TrainScreen {
  static let bindings = layerBindings + chartBindings + controlBindings + paneBindings

  private typealias Row = Entry<TrainScreen>

  private static let layerBindings =
    LayerBindings<TrainScreen>(
      isPresent: { $0.isOnLayers },
      // A block has a row of its own.
      enterTogglesBlock: { scene in
        scene.selection.index.map { scene.selection.rows[$0].isBlock } ?? false
      },
      action: { .layers($0) }, adjust: { .adjust($0, $1) }
    ).bindings
    + Row.moves(
      { .move($0) },
      Row.Ways(
        up: "layer above", down: "layer below",
        left: "mark the column at the left: lr×, dropout or max-norm",
        right: "mark the column at the right", page: "a page of layers",
        half: "half a page of layers")
    ).map { $0.binding(group: "Layers", isPresent: { $0.isOnLayers }) }

  private static let chartBindings =
    (Row.adjustments(
      { .adjust($0, $1) }, less: "zoom out", more: "zoom in", title: "zoom", coarsely: "by half")
    + Row.moves(
      { .move($0) },
      Row.Ways(
        up: "crosshair to the edit before", down: "crosshair to the next edit",
        left: "crosshair to the left", right: "crosshair to the right",
        page: "half a window", half: "a quarter of a window"))
    + shownChart)
    .map { $0.binding(group: "Charts", isPresent: { $0.isOnChart }) }
    // From elsewhere they act on the chart on show, and the bar has what is in focus.
    + shownChart.map { entry in
      var entry = entry
      entry.barOrder = nil
      return entry.binding(group: "Charts", isPresent: { !$0.isOnChart })
    }

  private static let shownChart: [Row] = [
    Entry(["x"], .toggleLogarithmic, "log", "logarithmic or linear axis", bar: 12),
    Entry(["s"], .smooth(1), "smoother", "a smoother line", bar: 14),
    Entry(["S"], .smooth(-1), "less smooth", "a less smooth line"),
    Entry(["w"], .wholeRun, "whole run", "show the whole run again", bar: 16),
  ]

  private static let controlBindings =
    (Row.adjustments(
      { .adjust($0, $1) }, less: "lower the selected value", more: "raise the selected value",
      title: "adjust", coarsely: "coarsely")
    + Row.moves(
      { .move($0) },
      Row.Ways(
        up: "slider above", down: "slider below", left: "lower, finely",
        right: "raise, finely", page: "a column of sliders", half: "two sliders"))
    + [
      Entry(
        ["i"], .layers(.insertDropout), "insert dropout",
        "insert a dropout layer after the selected layer", bar: 14)
    ])
    .map { $0.binding(group: "Controls", isPresent: { $0.isOnControls }) }

  private static let paneBindings = [
    Row(["tab"], .nextPane, "focus", "to the next pane", bar: 36),
    Row(["backtab"], .previousPane, "focus back", "to the pane before"),
    Row(
      ["f"], .fillPane, "fill",
      "give the focused pane the whole screen, or take it back"),
  ].map { $0.binding(group: KeyGroup.everywhere) }
}
