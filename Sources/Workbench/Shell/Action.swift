/// What a key, a click or a line of the palette does.
package enum Action: Sendable, Hashable {
  case help
  case palette
  case nextTheme
  case setTheme(String)
  /// The screen of that number.
  case show(Int)
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
  case undo
  case redo

  // Copies of the run.
  case findRate
  case whatIf
  case compare

  /// An action of the screen on show.
  case screen(OwnAction)

  var isMovement: Bool {
    switch self {
    case .back: true
    case .screen(let action): action.base.isMovement
    default: false
    }
  }

  /// It works on what the details show, and leaves them open.
  var worksUnderDetails: Bool {
    switch self {
    case .help, .palette: true
    case .screen(let action): action.base.worksUnderDetails
    default: false
    }
  }
}

/// An action of one screen, whichever that is.
package struct OwnAction: Sendable, Hashable {
  let base: any ScreenAction

  init(_ base: any ScreenAction) { self.base = base }

  package static func == (a: OwnAction, b: OwnAction) -> Bool {
    AnyHashable(a.base) == AnyHashable(b.base)
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(AnyHashable(base)) }
}

/// `Action` where a screen has one of that name, too.
typealias ShellAction = Action
