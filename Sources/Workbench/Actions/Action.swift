/// What a key, a click or a line of the palette does.
package enum Action: Sendable, Hashable {
  // Everywhere.
  case help
  case palette
  case nextTheme
  case setTheme(String)
  case show(WorkbenchModel.Screen)
  case repaint
  case back
  case quit

  // The run.
  case pauseOrResume
  case singleStep
  case checkpoint
  case trainOn
  case solveHead
  case goBack

  // Panes of the train screen.
  case nextPane
  case previousPane
  case fillPane

  // Moving within whatever has the focus.
  case move(Direction)
  case page(Int)
  case halfPage(Int)
  case edge(Int)

  // Layers.
  case toggleFreeze
  case beginRange
  case toggleFreezeAll
  case toggleBlock
  /// All about the selected layer, over the screen.
  case details
  case toggleAllBlocks
  case insertDropout
  /// The next of the values that `adjust` changes.
  case nextColumn

  // What the focus offers: a column, a slider, the zoom.
  case adjust(Int, ValueScale.Reach)

  // Charts.
  case toggleLogarithmic
  case smooth(Int)
  case wholeRun

  package enum Direction: Sendable, Hashable {
    case up, down, left, right
  }
}
