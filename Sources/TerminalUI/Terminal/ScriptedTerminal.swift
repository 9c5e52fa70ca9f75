/// A terminal without one: events come from a list, frames are kept. For tests of the loop.
package final class ScriptedTerminal: Terminal {
  package private(set) var size: Size
  package let capabilities: Capabilities
  package private(set) var frames: [Frame] = []
  private var batches: [[InputEvent]]

  /// - Parameter batches: what each call to `nextEvents` returns, in order; then nothing.
  package init(
    size: Size, capabilities: Capabilities = Capabilities(), batches: [[InputEvent]] = []
  ) {
    self.size = size
    self.capabilities = capabilities
    self.batches = batches
  }

  package var isBacklogged: Bool { false }

  package func present(_ frame: Frame) { frames.append(frame) }
  package func invalidate() {}

  package func nextEvents(timeoutMilliseconds: Int?, wake: Int32?) -> [InputEvent] {
    guard !batches.isEmpty else { return [] }
    let batch = batches.removeFirst()
    for case .resize(let size) in batch { self.size = size }
    return batch
  }
}
