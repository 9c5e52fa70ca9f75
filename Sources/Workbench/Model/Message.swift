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
  case snapshot(EngineSnapshot)
  case events([EngineEvent])
  /// The engine has numbered the command that an effect sent.
  case sent(token: Int, id: CommandID)
  /// The time, in seconds since 1970.
  case tick(Double)
}

/// What `update` asks the loop to do; it does nothing of this itself.
package enum Effect: Sendable, Equatable {
  /// Hands the command to the engine, and comes back with `Message.sent`.
  case send(EngineCommand, token: Int)
  /// Draws every cell again, for a terminal that something else has written on.
  case repaint
  case quit
}
