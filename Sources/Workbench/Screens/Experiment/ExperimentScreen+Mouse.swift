import EngineInterface
import Files
import TerminalUI

extension ExperimentScreen {
  /// The curves of a finder, where they lie.
  struct Target: Sendable {
    var plot: Rect
  }

  /// A click, or a drag, moves the cursor; the wheel moves it a little.
  mutating func handle(
    _ event: MouseEvent, _ picture: Picture<Target>, _ shared: inout Shared
  ) -> [Effect] {
    guard let test = shared.experiment?.rangeTest, !test.points.isEmpty,
      let plot = picture.region(x: event.x, y: event.y)?.target.plot, plot.width > 0
    else { return [] }
    switch event.kind {
    case .press where event.button == .left, .drag where event.button == .left:
      let share = (Double(event.x - plot.x) + 0.5) / Double(plot.width)
      choose(Int(saturating: share * Double(test.request.steps - 1)), test)
    case .wheelUp: return performIfItWorks(.move(-1), &shared)
    case .wheelDown: return performIfItWorks(.move(1), &shared)
    case .press, .drag, .release: break
    }
    return []
  }
}
