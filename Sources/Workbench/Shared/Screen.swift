import EngineInterface
import TerminalUI

/// One screen of the workbench: its state, its keys, what they do, and how it looks. The shell holds
/// screens as this and knows nothing else of them.
protocol Screen: Sendable {
  /// What its keys do.
  associatedtype Action: ScreenAction
  /// What of it lies under the mouse.
  associatedtype Target: Sendable

  init()

  /// The digit that shows it.
  static var number: Int { get }
  static var title: String { get }
  /// In the order in which they are looked up and shown; those under "Everywhere" stand with the shell's.
  static var bindings: [KeyBinding<Scene<Self>, Action>] { get }

  /// Groups of keys that act where the focus is: the help page begins with them.
  var helpGroups: [String] { get }
  /// Why `action` does nothing now, as half a sentence; `nil` where it works.
  func refusal(of action: Action, _ shared: Shared) -> String?
  mutating func perform(_ action: Action, _ shared: inout Shared) -> [Effect]
  /// Takes one thing back that lies over the screen as it opens: a zoom, a focus.
  /// - Returns: whether there was one.
  mutating func goBack(_ shared: inout Shared) -> Bool
  /// Draws within `Shared.body`, and says where everything lies.
  func draw(_ canvas: inout Canvas, _ shared: Shared) -> [HitRegion<Target>]
  mutating func handle(_ event: MouseEvent, _ picture: Picture<Target>, _ shared: inout Shared)
    -> [Effect]
  /// Something has changed, while it is shown: what follows from it is made anew.
  mutating func refresh(_ shared: Shared)
  /// The terminal has another size.
  mutating func resize(_ shared: Shared)
  /// It comes into view or goes out of it.
  mutating func appear()
  mutating func disappear()
  /// Time has passed, while it is shown: what is to be asked of the engine.
  mutating func tick(_ shared: inout Shared) -> [Effect]
  mutating func take(_ reply: Reply, _ shared: inout Shared)
  /// Text that is typed where keys are letters.
  /// - Returns: what comes of it; `nil` where it was not taken.
  mutating func type(_ key: Key, _ shared: inout Shared) -> [Effect]?
  /// The value of the selected layers that `-` and `+` change now.
  func adjustedKnob(_ shared: Shared) -> Knob
  /// Whether it offers `action` on the bottom bar before anything else.
  func isUrgent(_ action: Action, _ shared: Shared) -> Bool
}

extension Screen {
  mutating func refresh(_ shared: Shared) {}
  mutating func resize(_ shared: Shared) {}
  func adjustedKnob(_ shared: Shared) -> Knob { shared.adjustedKnob }
  mutating func appear() {}
  mutating func disappear() {}
  mutating func tick(_ shared: inout Shared) -> [Effect] { [] }
  mutating func take(_ reply: Reply, _ shared: inout Shared) {}
  func isUrgent(_ action: Action, _ shared: Shared) -> Bool { false }
}

extension Screen {
  /// Whether a key is one of its own, whatever else has it.
  func takes(_ key: Key) -> Bool { Self.bindings.contains { $0.keys.contains(key) } }
}

extension Screen {
  /// Does it, or says why not.
  mutating func performIfItWorks(_ action: Action, _ shared: inout Shared) -> [Effect] {
    if let reason = refusal(of: action, shared) {
      if !action.isMovement { shared.log.add(.warning, reason, at: shared.now) }
      return []
    }
    return perform(action, &shared)
  }
}

/// What a key of a screen does.
protocol ScreenAction: Hashable, Sendable {
  /// It only moves: at the end of the road it is silent, where others owe an answer.
  var isMovement: Bool { get }
  /// It works on what the details show, and leaves them open.
  var worksUnderDetails: Bool { get }
}

/// A screen with what it shares: what its bindings are asked with, and its parts are drawn from.
@dynamicMemberLookup struct Scene<S: Screen>: Sendable {
  var screen: S
  var shared: Shared

  subscript<Value>(dynamicMember path: KeyPath<S, Value>) -> Value {
    screen[keyPath: path]
  }

  subscript<Value>(dynamicMember path: KeyPath<Shared, Value>) -> Value {
    shared[keyPath: path]
  }
}

/// A screen as it was drawn, for the mouse.
struct Picture<Target: Sendable>: Sendable {
  var frame: Frame
  var regions: [HitRegion<Target>]

  /// What lies at a place: what was drawn last wins.
  func region(x: Int, y: Int) -> HitRegion<Target>? {
    regions.last { $0.rect.contains(x: x, y: y) }
  }
}

/// A way to go within whatever has the focus.
enum Movement: Sendable, Hashable {
  case move(Direction)
  case page(Int)
  case halfPage(Int)
  case edge(Int)

  enum Direction: Sendable, Hashable {
    case up, down, left, right
  }
}
