import Foundation
import TerminalUI
import TestSupport
import Testing

@testable import CursesTerminal

/// Curses and signal handlers belong to the whole process: one test after the other.
@Suite(.serialized)
struct CursesTerminalTests {
  static let environment = ["TERM": "xterm-256color", "COLORTERM": "truecolor"]

  private func open(
    _ size: Size = Size(width: 40, height: 8), environment: [String: String] = environment
  ) throws -> (PseudoTerminal, CursesTerminal) {
    setenv("LC_ALL", "C.UTF-8", 1)
    let pseudo = try PseudoTerminal(size: size)
    let terminal = try CursesTerminal(
      environment: environment, input: pseudo.program, output: pseudo.program)
    return (pseudo, terminal)
  }

  private func keys(_ typed: String) throws -> [InputEvent] {
    let (pseudo, terminal) = try open()
    defer { terminal.stop() }
    pseudo.type(typed)
    return terminal.nextEvents(timeoutMilliseconds: 2000, wake: nil)
  }

  @Test func framesReachTheTerminal() throws {
    let (pseudo, terminal) = try open()
    defer { terminal.stop() }
    #expect(terminal.size == Size(width: 40, height: 8))
    #expect(terminal.capabilities == Capabilities(colors: .trueColor, glyphs: .braille))
    var frame = Frame(size: terminal.size, style: Theme.standard.ground)
    frame.box(frame.bounds, Box(border: Theme.standard.text, title: "漢字"), glyphs: .braille)
    try terminal.present(frame)
    pseudo.listen()
    #expect(pseudo.screen.text == frame.text)
    #expect(pseudo.screen.cells.map(\.seen) == frame.shown(at: .trueColor))
    #expect(pseudo.screen.unknown.isEmpty)
    #expect(pseudo.screen.modes.isSuperset(of: ["1049", "1000", "1002", "1006", "2004"]))
    #expect(!pseudo.screen.modes.contains("25"))
  }

  /// Curses is told one size for good; no margin of its own may stay.
  @Test func linesBelowTheTwentyFourthAreReached() throws {
    let (pseudo, terminal) = try open(Size(width: 60, height: 50))
    defer { terminal.stop() }
    var frame = Frame(size: terminal.size, style: Theme.standard.ground)
    try terminal.present(frame)
    for row in [3, 20, 40, 49] { frame.text("row", x: 5, y: row, style: Theme.standard.text) }
    try terminal.present(frame)
    pseudo.listen()
    #expect(pseudo.screen.text == frame.text)
    #expect(pseudo.screen.top == 0 && pseudo.screen.bottom == 49)
  }

  @Test func everythingIsGivenBack() throws {
    let (pseudo, terminal) = try open()
    let raw = pseudo.mode
    #expect(raw.c_lflag & tcflag_t(ICANON | ECHO | ISIG) == 0)
    terminal.stop()
    terminal.stop()
    pseudo.listen()
    #expect(pseudo.screen.modes.isDisjoint(with: ["1049", "1000", "1002", "1006", "2004", "2026"]))
    #expect(pseudo.screen.modes.contains("25"))
    #expect(pseudo.mode.c_lflag & tcflag_t(ICANON | ECHO | ISIG) == tcflag_t(ICANON | ECHO | ISIG))
    #expect(terminal.nextEvents(timeoutMilliseconds: nil, wake: nil) == [.hangUp])
    var action = sigaction()
    sigaction(SIGSEGV, nil, &action)
    let (other, again) = try open()
    again.stop()
    other.listen()
    var after = sigaction()
    sigaction(SIGSEGV, nil, &after)
    #expect(
      unsafeBitCast(action.__sigaction_handler.sa_handler, to: UInt.self)
        == unsafeBitCast(after.__sigaction_handler.sa_handler, to: UInt.self))
  }

  @Test(arguments: [
    ("a", Key("a")), ("é", Key("é")), ("漢", Key("漢")), (" ", Key(" ")), ("\r", Key(.enter)),
    ("\t", Key(.tab)), ("\u{7f}", Key(.backspace)), ("\u{8}", Key(.backspace)),
    ("\u{1b}", Key(.escape)), ("\u{1}", Key("a", .control)), ("\u{19}", Key("y", .control)),
    ("\u{3}", Key("c", .control)), ("\u{0}", Key(" ", .control)), ("\u{1b}x", Key("x", .alt)),
    ("\u{1b}OA", Key(.up)), ("\u{1b}OD", Key(.left)), ("\u{1b}[5~", Key(.pageUp)),
    ("\u{1b}[6~", Key(.pageDown)), ("\u{1b}OH", Key(.home)), ("\u{1b}OF", Key(.end)),
    ("\u{1b}[Z", Key(.backTab)), ("\u{1b}[3~", Key(.delete)), ("\u{1b}OP", Key(.function(1))),
    ("\u{1b}[24~", Key(.function(12))), ("\u{1b}[1;5D", Key(.left, .control)),
    ("\u{1b}[1;3C", Key(.right, .alt)), ("\u{1b}[1;2A", Key(.up, .shift)),
  ])
  func keysAreRead(typed: String, key: Key) throws {
    #expect(try keys(typed) == [.key(key)])
  }

  /// Terminals that ignore the mode for application keys, and those whose description is of another.
  @Test(arguments: ["xterm-256color", "linux", "vt100", "screen", "xterm-kitty"])
  func bothFormsOfAKeyAreReadWithoutWaiting(term: String) throws {
    let forms: [(String, Key)] = [
      ("[A", Key(.up)), ("OA", Key(.up)), ("[B", Key(.down)), ("OB", Key(.down)),
      ("[C", Key(.right)), ("OC", Key(.right)), ("[D", Key(.left)), ("OD", Key(.left)),
      ("[H", Key(.home)), ("OH", Key(.home)), ("[1~", Key(.home)), ("[7~", Key(.home)),
      ("[F", Key(.end)), ("OF", Key(.end)), ("[4~", Key(.end)), ("[8~", Key(.end)),
      ("[2~", Key(.insert)), ("[3~", Key(.delete)), ("[5~", Key(.pageUp)), ("[6~", Key(.pageDown)),
      ("[Z", Key(.backTab)), ("OP", Key(.function(1))), ("[11~", Key(.function(1))),
      ("[[A", Key(.function(1))), ("[15~", Key(.function(5))), ("[24~", Key(.function(12))),
      ("[1;5A", Key(.up, .control)), ("[1;2D", Key(.left, .shift)),
      ("[1;6F", Key(.end, [.shift, .control])), ("[5;3~", Key(.pageUp, .alt)),
      ("[3;5~", Key(.delete, .control)), ("[1;5P", Key(.function(1), .control)),
    ]
    // An escape that was waited out would take longer than the whole test may.
    let delay = 30.0
    let pseudo = try PseudoTerminal(size: Size(width: 80, height: 24))
    let terminal = try CursesTerminal(
      environment: ["TERM": term], input: pseudo.program, output: pseudo.program,
      escapeDelay: Int(delay * 1000))
    defer { terminal.stop() }
    let start = ContinuousClock.now
    for (typed, key) in forms {
      pseudo.type("\u{1b}" + typed)
      let events = terminal.nextEvents(timeoutMilliseconds: 2000, wake: nil)
      #expect(events == [.key(key)], "ESC \(typed)")
    }
    #expect(ContinuousClock.now - start < .seconds(delay))
  }

  /// What a terminal reports unasked is not a handful of keys.
  @Test(arguments: ["[I", "[O", "[?62;4c", "[200;1R", "[97;5u", "Oj", "[1;9Z"])
  func unknownSequencesAreNoKeys(sequence: String) throws {
    #expect(try keys("a\u{1b}\(sequence)b") == [.key(Key("a")), .key(Key("b"))])
  }

  @Test func bracketsWithAltAreKeys() throws {
    #expect(try keys("\u{1b}[") == [.key(Key("[", .alt))])
    #expect(try keys("\u{1b}O") == [.key(Key("O", .alt))])
  }

  @Test func manyKeysComeInOrder() throws {
    let text = String(repeating: "jk", count: 100)
    let events = try keys(text)
    #expect(events == text.map { .key(Key($0)) })
  }

  @Test func mouseReportsAreRead() throws {
    #expect(
      try keys("\u{1b}[<0;10;5M\u{1b}[<32;200;5M\u{1b}[<0;11;5m\u{1b}[<65;3;3M") == [
        .mouse(MouseEvent(.press, x: 9, y: 4)), .mouse(MouseEvent(.drag, x: 199, y: 4)),
        .mouse(MouseEvent(.release, x: 10, y: 4)),
        .mouse(MouseEvent(.wheelDown, button: .none, x: 2, y: 2)),
      ])
  }

  @Test func pastedTextIsNoKeys() throws {
    #expect(
      try keys("a\u{1b}[200~q\rline two\u{1b}[201~b")
        == [.key(Key("a")), .paste("q\nline two"), .key(Key("b"))])
  }

  @Test func aPasteWithoutEndKeepsNothingBack() throws {
    let (pseudo, terminal) = try open()
    defer { terminal.stop() }
    pseudo.type("\u{1b}[200~half")
    #expect(terminal.nextEvents(timeoutMilliseconds: 2000, wake: nil) == [])
    pseudo.type(" more\u{1b}[201~")
    #expect(terminal.nextEvents(timeoutMilliseconds: 2000, wake: nil) == [.paste("half more")])
  }

  /// A character that costs as much as all before it made half a minute of this.
  @Test func aLongPasteIsWholeAndTakesTimeInProportion() throws {
    let (pseudo, terminal) = try open()
    defer { terminal.stop() }
    let text = String(repeating: "0123456789abcdeé", count: 20_000)
    let writer = Thread { pseudo.typeAll("\u{1b}[200~\(text)\u{1b}[201~q") }
    writer.start()
    var pasted = ""
    var last: InputEvent?
    while last != .key("q") {
      for event in terminal.nextEvents(timeoutMilliseconds: 2000, wake: nil) {
        if case .paste(let part) = event { pasted += part }
        last = event
      }
    }
    #expect(pasted == text)
  }

  @Test func aPasteWhoseEndIsLostSwallowsNoLaterKey() throws {
    let pseudo = try PseudoTerminal(size: Size(width: 80, height: 24))
    let time = Time()
    let terminal = try CursesTerminal(
      environment: Self.environment, input: pseudo.program, output: pseudo.program,
      clock: { time.seconds })
    defer { terminal.stop() }
    pseudo.type("\u{1b}[200~half")
    #expect(terminal.nextEvents(timeoutMilliseconds: 2000, wake: nil) == [])
    // A slow line: the rest comes late, and is no keys.
    time.seconds += 5
    pseudo.type("quit now")
    #expect(terminal.nextEvents(timeoutMilliseconds: 2000, wake: nil) == [])
    time.seconds += 5
    pseudo.type("\u{1b}[B")
    #expect(
      terminal.nextEvents(timeoutMilliseconds: 2000, wake: nil) == [
        .paste("halfquit now"), .key(Key(.down)),
      ])
    pseudo.type("q")
    #expect(terminal.nextEvents(timeoutMilliseconds: 2000, wake: nil) == [.key("q")])
  }

  /// A line so slow that the escape of the end was taken for a key.
  @Test func theEndOfAPasteMayComeInPieces() throws {
    let (pseudo, terminal) = try open()
    defer { terminal.stop() }
    var events: [InputEvent] = []
    for part in ["\u{1b}[200~text", "\u{1b}", "[20", "1~", "q"] {
      pseudo.type(part)
      events += terminal.nextEvents(timeoutMilliseconds: 2000, wake: nil)
    }
    #expect(events == [.paste("text"), .key("q")])
  }

  private final class Time: @unchecked Sendable {
    // Read on the thread that sets it.
    var seconds = 100.0
  }

  @Test func aSizeBeyondReasonIsDrawnAsTheLargest() throws {
    let (pseudo, terminal) = try open(Size(width: 10_000, height: 10_000))
    defer { withExtendedLifetime(pseudo) { terminal.stop() } }
    #expect(terminal.size == CursesTerminal.largestSize)
    pseudo.resize(Size(width: 65_535, height: 30))
    #expect(
      terminal.nextEvents(timeoutMilliseconds: 0, wake: nil)
        == [.resize(Size(width: CursesTerminal.largestSize.width, height: 30))])
    // Another one as far beyond is no change.
    pseudo.resize(Size(width: 20_000, height: 30))
    #expect(terminal.nextEvents(timeoutMilliseconds: 0, wake: nil) == [])
  }

  @Test func aNewSizeIsToldAndDrawnWhole() throws {
    let (pseudo, terminal) = try open()
    defer { terminal.stop() }
    try terminal.present(Frame(size: terminal.size))
    pseudo.resize(Size(width: 52, height: 11))
    #expect(
      terminal.nextEvents(timeoutMilliseconds: 0, wake: nil)
        == [.resize(Size(width: 52, height: 11))])
    #expect(terminal.size == Size(width: 52, height: 11))
    pseudo.listen()
    pseudo.forget()
    var frame = Frame(size: terminal.size)
    frame.text("wide", x: 46, y: 10)
    try terminal.present(frame)
    pseudo.listen()
    #expect(pseudo.screen.text == frame.text)
  }

  @Test func theWakePipeEndsTheWait() throws {
    let (pseudo, terminal) = try open()
    defer { withExtendedLifetime(pseudo) { terminal.stop() } }
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    defer {
      for end in ends { close(end) }
    }
    var byte: UInt8 = 1
    _ = write(ends[1], &byte, 1)
    #expect(terminal.nextEvents(timeoutMilliseconds: nil, wake: ends[0]) == [])
    // It was drained: the next wait takes its time.
    #expect(terminal.nextEvents(timeoutMilliseconds: 1, wake: ends[0]) == [])
    var descriptor = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
    #expect(poll(&descriptor, 1, 0) == 0)
  }

  @Test func onlyDifferencesAreSent() throws {
    let (pseudo, terminal) = try open(Size(width: 120, height: 36))
    defer { withExtendedLifetime(pseudo) { terminal.stop() } }
    var frame = Frame(size: terminal.size, style: Theme.standard.ground)
    try terminal.present(frame)
    let before = terminal.writtenByteCount
    try terminal.present(frame)
    #expect(terminal.writtenByteCount == before)
    frame.text("x", x: 60, y: 20)
    try terminal.present(frame)
    #expect(terminal.writtenByteCount - before < 50)
  }

  // MARK: What cannot be used

  @Test func whatIsNoTerminalIsRefused() throws {
    let file = Foundation.open("/dev/null", O_RDWR)
    defer { close(file) }
    #expect(throws: TerminalError.notATerminal(stream: "standard input")) {
      try CursesTerminal(environment: Self.environment, input: file, output: file)
    }
  }

  @Test(arguments: [
    ("no-such-terminal", TerminalError.unknownTerminalType("no-such-terminal")),
    ("dumb", .cannotMoveCursor("dumb")), ("", .noTerminalType),
  ])
  func unusableTypesAreRefusedBeforeAnythingIsDrawn(name: String, error: TerminalError) throws {
    let pseudo = try PseudoTerminal(size: Size(width: 80, height: 24))
    #expect(throws: error) {
      try CursesTerminal(
        environment: ["TERM": name], input: pseudo.program, output: pseudo.program)
    }
    pseudo.listen()
    #expect(pseudo.received.isEmpty)
    #expect(pseudo.mode.c_lflag & tcflag_t(ICANON) != 0)
    #expect(!error.description.contains("\n"))
  }

  @Test(arguments: [
    "xterm", "linux", "vt100", "screen-256color", "tmux-256color", "xterm-mono", "xterm-nowhere",
    "alacritty-nowhere", "tmux-nowhere",
  ])
  func commonTypesWork(name: String) throws {
    let (pseudo, terminal) = try open(environment: ["TERM": name])
    defer { terminal.stop() }
    // No machine has a description of these.
    let isKnown = !name.hasSuffix("-nowhere")
    #expect(terminal.notices.isEmpty == isKnown, "\(terminal.notices)")
    var frame = Frame(size: terminal.size, style: Theme.standard.ground)
    frame.text("hello", x: 3, y: 2, style: Theme.standard.strong)
    try terminal.present(frame)
    pseudo.listen()
    #expect(pseudo.screen.text == "\n\n   hello\n\n\n\n\n")
  }

  // MARK: Standard output and error

  @Test func whatOthersPrintGoesToTheLog() throws {
    let folder = TemporaryFolder()
    let path = folder("log.txt")
    let redirection = OutputRedirection(toFileAt: path)
    FileHandle.standardError.write(Data("a stray line\n".utf8))
    redirection.end()
    redirection.end()
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "a stray line\n")
  }
}
