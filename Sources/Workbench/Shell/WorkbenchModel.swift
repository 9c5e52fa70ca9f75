import EngineInterface
import TerminalUI

/// Everything the workbench shows and everything it remembers between two keys: the screens, what they
/// share, and what the shell keeps for itself. A plain value: `update` makes the next one, `render`
/// draws it. What is shared reads as the model's own.
@dynamicMemberLookup package struct WorkbenchModel: Sendable {
  var shared: Shared
  /// In the order of their numbers.
  private var screens: [any Screen] = Screens.all.map { $0.init() }
  private var shownIndex = 0
  /// Has the place of the one on show while something is tried on copies of the run.
  private var experimentScreen: any Screen = ExperimentScreen()

  /// The engine as it is: its numbers run ahead of those shown.
  var newest: EngineView?
  var pace = Pace()
  /// Ends of epochs and checkpoints that wait for their turn in the log.
  var routine = RoutineEvents()
  /// The step of the epoch's end that was said last, until its checkpoint is.
  var epochSaid: Int?
  /// What the person has asked for and nothing has come of yet: leave as soon as the run stands.
  var isLeaving = false
  package let themeNames: [String]
  package internal(set) var themeIndex: Int

  /// - Parameters:
  ///   - themeNames: what the theme key goes through; `theme` is where it begins.
  ///   - utcOffset: seconds that local time is ahead of UTC, for the times of edits.
  ///   - sender: what names its requests among those of others.
  package init(
    size: Size, glyphs: GlyphSet, themeNames: [String], theme: String? = nil, utcOffset: Int = 0,
    sender: UInt64 = 1
  ) {
    shared = Shared(size: size, glyphs: glyphs, utcOffset: utcOffset, sender: sender)
    self.themeNames = themeNames
    self.themeIndex = theme.flatMap { themeNames.firstIndex(of: $0) } ?? 0
  }

  package subscript<Value>(dynamicMember path: KeyPath<Shared, Value>) -> Value {
    shared[keyPath: path]
  }

  // MARK: Screens

  /// The one on show.
  var screen: any Screen { shared.showsExperiment ? experimentScreen : screens[shownIndex] }

  /// Hands the screen on show what it shares.
  mutating func onScreen<Result>(_ body: (inout any Screen, inout Shared) -> Result) -> Result {
    shared.showsExperiment
      ? body(&experimentScreen, &shared) : body(&screens[shownIndex], &shared)
  }

  /// Of the one on show.
  var number: Int { type(of: screen).number }

  /// Whether this is the one that the workbench opens with.
  var isOnFirstScreen: Bool { shownIndex == 0 }

  mutating func show(_ number: Int) {
    guard let index = screens.firstIndex(where: { type(of: $0).number == number }) else { return }
    screens[shownIndex].disappear()
    shared.isHeld = false
    shownIndex = index
    screens[shownIndex].appear()
  }

  /// Has every screen take note of something.
  mutating func forEachScreen(_ body: (inout any Screen, inout Shared) -> Void) {
    for index in screens.indices { body(&screens[index], &shared) }
    body(&experimentScreen, &shared)
  }

  /// The state of one screen.
  subscript<S: Screen>(screen type: S.Type) -> S {
    get {
      for screen in screens + [experimentScreen] { if let screen = screen as? S { return screen } }
      preconditionFailure("\(type) is no screen of the workbench")
    }
    set {
      guard let index = screens.firstIndex(where: { $0 is S }) else { return }
      screens[index] = newValue
    }
  }

  /// The name of the theme in use; empty where none was given.
  package var themeName: String {
    themeNames.indices.contains(themeIndex) ? themeNames[themeIndex] : ""
  }

  /// When the loop must wake although nothing comes in, in seconds since 1970.
  package var nextDeadline: Double? {
    let now = shared.now
    let rest = shared.draft.map { $0.changedAt + Shared.Draft.restSeconds }
    // A spinner turns, and a notice stops being news.
    let beat = shared.isWorking ? (now * 4).rounded(.down) / 4 + 0.25 : nil
    let stale = shared.log.fresh(at: now).map { $0.time + NoticeLog.freshSeconds }
    return [rest, beat, stale].compactMap(\.self).min()
  }
}
