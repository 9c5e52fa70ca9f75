import EngineInterface
import TerminalUI

/// What can happen to the workbench.
package enum Message: Sendable {
  case key(Key)
  case mouse(MouseEvent)
  case paste(String)
  case resize(columns: Int, lines: Int)
  /// The terminal is gone: nobody looks on any more.
  case hangUp
  /// The engine as it is now.
  case engine(EngineView)
  case events([EngineEvent])
  /// The engine's search as it is now.
  case search(SearchSnapshot)
  /// What it tries on copies of the run as it is now; `nil`: nothing any more.
  case experiment(ExperimentSnapshot?)
  /// Answers to what a screen has asked.
  case replies([Reply])
  /// The time, in seconds since 1970.
  case tick(Double)
}

/// What `update` asks the loop to do; it does nothing of this itself.
package enum Effect: Sendable, Equatable {
  case send(Request, RequestID)
  /// Draws every cell again, for a terminal that something else has written on.
  case repaint
  case quit
}
