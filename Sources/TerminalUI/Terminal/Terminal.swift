/// A terminal, as the loop sees it. All of it is called from one thread.
package protocol Terminal: AnyObject {
  var size: Size { get }
  var capabilities: Capabilities { get }

  /// Shows a frame: writes what differs from the one before. Throws when the terminal is gone.
  func present(_ frame: Frame) throws

  /// Waits for something to happen and returns what did, oldest first; nothing when the time is up
  /// or something was written to the wake-up descriptor, which is drained.
  ///
  /// - Parameters:
  ///   - timeoutMilliseconds: `nil` waits without end, 0 not at all.
  ///   - wake: the reading end of a pipe, or `nil`.
  func nextEvents(timeoutMilliseconds: Int?, wake: Int32?) -> [InputEvent]

  /// Whether the terminal has yet to take what was written before: over a slow line, a picture that
  /// is not urgent had better wait.
  var isBacklogged: Bool { get }

  /// Forgets what the terminal shows, so that the next frame is written whole.
  func invalidate()
}
