import EngineInterface
import TerminalUI

@testable import Workbench

/// A workbench without terminal and engine: keys go in, effects and pictures come out.
struct Driver {
  var model: WorkbenchModel
  /// Every effect since the beginning.
  private(set) var effects: [Effect] = []

  /// - Parameter snapshot: what the engine says at first; `nil`: nothing yet.
  init(
    _ snapshot: EngineSnapshot? = nil, columns: Int = 120, lines: Int = 36,
    glyphs: GlyphSet = .braille
  ) {
    model = WorkbenchModel(
      size: Size(width: columns, height: lines), glyphs: glyphs,
      themeNames: ["default", "light"])
    send(.tick(SampleRuns.start))
    if let snapshot { send(.snapshot(snapshot)) }
  }

  mutating func send(_ message: Message) {
    for effect in update(&model, message) {
      effects.append(effect)
      if case .send(_, let token) = effect { send(.sent(token: token, id: CommandID(token))) }
    }
  }

  /// Presses keys by name, separated by spaces: `down down space`.
  mutating func press(_ keys: String) {
    for name in keys.split(separator: " ") {
      guard let key = Key(named: String(name)) else { preconditionFailure("no key \(name)") }
      send(.key(key))
    }
  }

  mutating func type(_ text: String) {
    for character in text { send(.key(Key(character))) }
  }

  mutating func wait(_ seconds: Double) { send(.tick(model.now + seconds)) }

  /// The engine has applied everything that was sent.
  mutating func acknowledge() {
    guard var snapshot = model.snapshot else { return }
    for command in commands { snapshot.settings = snapshot.settings.applying(command) }
    snapshot.layers = SampleRuns.applied(
      snapshot.settings, to: snapshot.layers, step: snapshot.progress.step)
    snapshot.revision += 1
    snapshot.lastCommandApplied = CommandID(commands.count)
    send(.snapshot(snapshot))
  }

  var commands: [EngineCommand] {
    effects.compactMap { if case .send(let command, _) = $0 { command } else { nil } }
  }

  var frame: Frame {
    var frame = Frame(size: Size(width: model.columns, height: model.lines))
    render(model, into: &frame, .standard)
    return frame
  }

  var screen: String { frame.text }
}
