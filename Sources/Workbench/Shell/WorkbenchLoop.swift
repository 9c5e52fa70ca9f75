import EngineInterface
import Files
import Foundation
import TerminalUI

/// Brings keys and numbers to the model and the model to the terminal, on the thread it is called
/// on, until the person leaves.
package struct WorkbenchLoop<Screen: Terminal, Engine: EngineControl> {
  package enum Ending: Sendable, Equatable {
    /// The person left; the run was told what to do with itself.
    case left
    /// The process was asked to end; a checkpoint was asked for.
    case askedToEnd
    /// The terminal went away; a checkpoint was asked for.
    case terminalGone
  }

  /// How long the loop waits at most, in seconds: without a wake-up pipe the engine is looked at so
  /// often, and a change of size is seen however the signal fell.
  private static var longestWait: Double { 0.05 }

  private let terminal: Screen
  private let engine: Engine
  private let themes: [Theme]
  private let wake: Int32?
  private let isAskedToEnd: () -> Bool
  private let clock: () -> Double
  private var model: WorkbenchModel
  /// What has been read of the engine.
  private var view: EngineView?
  private var lastEvent: UInt64 = 0
  /// When the search was read off last.
  private var searchReadAt = -Double.infinity
  /// The same of what is tried on copies of the run.
  private var experimentReadAt = -Double.infinity
  private var isDirty = true
  private var hasLeft = false

  /// - Parameters:
  ///   - themes: what the theme key goes through, already adapted to the terminal's colours; the
  ///     built-in one where the list is empty.
  ///   - theme: name of the one to begin with.
  ///   - wake: reading end of a pipe that the engine writes to when it has something new. It ends
  ///     the wait for a key: what has become of an edit, and whatever happens to the run, is drawn
  ///     at once. Numbers keep their pace.
  ///   - screen: the number of the one that it opens with.
  ///   - notices: what a person has to know of terminal and themes, said as the screen opens.
  ///   - isAskedToEnd: whether the process was asked to end; looked at after each wait.
  ///   - utcOffset: seconds that local time is ahead of UTC.
  ///   - clock: seconds since 1970.
  package init(
    terminal: Screen, engine: Engine, themes: [Theme], theme: String? = nil, wake: Int32? = nil,
    screen: Int? = nil, notices: [String] = [], isAskedToEnd: @escaping () -> Bool = { false },
    utcOffset: Int = TimeZone.current.secondsFromGMT(),
    clock: @escaping () -> Double = { Date().timeIntervalSince1970 }
  ) {
    self.terminal = terminal
    self.engine = engine
    self.themes = themes.isEmpty ? [.standard] : themes
    self.wake = wake
    self.isAskedToEnd = isAskedToEnd
    self.clock = clock
    model = WorkbenchModel(
      size: terminal.size, glyphs: terminal.capabilities.glyphSet,
      themeNames: self.themes.map(\.name), theme: theme, utcOffset: utcOffset,
      sender: .random(in: 1 ... .max))
    if let screen { model.show(screen) }
    let now = clock()
    for notice in notices { model.shared.log.add(.warning, notice, at: now) }
  }

  /// Runs until the person leaves or the terminal goes away. The first picture is drawn before the
  /// first wait, whatever the engine is at.
  package mutating func run() -> Ending {
    while true {
      let now = clock()
      if let deadline = model.nextDeadline, now >= deadline { isDirty = true }
      handle(.tick(now))
      sample()
      if hasLeft { return .left }
      if isAskedToEnd() { return abandon(.askedToEnd) }
      guard draw() else { return abandon(.terminalGone) }
      let wait = min(
        max((model.nextDeadline ?? .infinity) - clock(), 0.001), Self.longestWait)
      let events = terminal.nextEvents(
        timeoutMilliseconds: Int(saturating: (wait * 1000).rounded(.up)), wake: wake)
      for event in events {
        if event == .hangUp { return abandon(.terminalGone) }
        take(event)
        if hasLeft { return .left }
      }
    }
  }

  private mutating func take(_ event: InputEvent) {
    // The time of a key is that of the key: a drag that rests is measured from here.
    handle(.tick(clock()))
    switch event {
    case .key(let key): handle(.key(key))
    case .mouse(let event): handle(.mouse(event))
    case .paste(let text): handle(.paste(text))
    case .resize(let size): handle(.resize(columns: size.width, lines: size.height))
    case .redraw: terminal.invalidate()
    case .hangUp: handle(.hangUp)
    }
    isDirty = true
  }

  private mutating func sample() {
    // Events first: what a snapshot shows as done has been said.
    let events = engine.events(after: lastEvent)
    if let last = events.last {
      lastEvent = last.number
      handle(.events(events.map(\.event)))
      isDirty = true
    }
    let replies = engine.takeReplies(to: model.pending.sender)
    if !replies.isEmpty {
      handle(.replies(replies))
      isDirty = true
    }
    sampleSearch()
    sampleExperiment()
    let update = engine.update(after: view?.history.mark ?? HistoryMark())
    guard update.snapshot.revision != view?.revision else { return }
    let next = (view ?? EngineView(snapshot: update.snapshot)).updated(with: update)
    view = next
    handle(.engine(next))
  }

  /// Trials go on with every step: what they come to is read off three times a second, and a turn of events
  /// at once.
  private mutating func sampleSearch() {
    guard let search = engine.search, search.revision != model.search?.revision else { return }
    guard isDue(since: \.searchReadAt, or: search.phase != model.search?.phase) else { return }
    handle(.search(search))
    isDirty = true
  }

  private mutating func sampleExperiment() {
    let experiment = engine.experiment
    guard experiment?.revision != model.experiment?.revision else { return }
    guard isDue(since: \.experimentReadAt, or: experiment?.phase != model.experiment?.phase) else {
      return
    }
    handle(.experiment(experiment))
    isDirty = true
  }

  /// Whether curves that grow all the time are to be read off again, which is noted.
  private mutating func isDue(
    since lastRead: WritableKeyPath<Self, Double>, or hasTurned: Bool
  ) -> Bool {
    let now = clock()
    guard hasTurned || !(0..<Pace.curvesSeconds).contains(now - self[keyPath: lastRead]) else {
      return false
    }
    self[keyPath: lastRead] = now
    return true
  }

  private mutating func handle(_ message: Message) {
    let pictures = model.pace.pictures
    defer { if model.pace.pictures != pictures { isDirty = true } }
    for effect in update(&model, message) {
      isDirty = true
      switch effect {
      case .send(let request, let id): engine.send(request, id: id)
      case .repaint: terminal.invalidate()
      case .quit: hasLeft = true
      }
    }
  }

  /// Draws if something has changed; false when there is no terminal any more.
  private mutating func draw() -> Bool {
    // Over a slow line a picture waits until the one before has gone, and then shows the newest.
    guard isDirty, !terminal.isBacklogged else { return true }
    isDirty = false
    var frame = Frame(size: Size(width: model.columns, height: model.lines))
    render(model, into: &frame, themes[min(model.themeIndex, themes.count - 1)])
    do {
      try terminal.present(frame)
    } catch {
      return false
    }
    return true
  }

  /// Leaves with nobody there to ask.
  private mutating func abandon(_ ending: Ending) -> Ending {
    handle(.hangUp)
    return ending
  }
}
