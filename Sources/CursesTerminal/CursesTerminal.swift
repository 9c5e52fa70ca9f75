import CNcurses
import Foundation
import TerminalUI

/// The terminal that the program was started in. Curses sets it up, reads its keys and gives it
/// back; `Painter` writes to it.
///
/// There is one at a time, used from the main thread.
package final class CursesTerminal: Terminal {
  package let capabilities: Capabilities
  package private(set) var size: Size
  /// What a person has to know of how the terminal is driven, one line each.
  package let notices: [String]
  /// Bytes written so far.
  package private(set) var writtenByteCount = 0

  private let screen: OpaquePointer
  private let streams: (input: UnsafeMutablePointer<FILE>, output: UnsafeMutablePointer<FILE>)
  private let input: Int32
  private let output: Int32
  /// Wakes the loop after the program was stopped and continued.
  private let signals: (reading: Int32, writing: Int32)
  private let keys: KeyReader
  private var painter: Painter
  private var isOpen = true
  private var isGone = false

  /// Milliseconds after which an escape is the key and not the beginning of a sequence.
  package static let escapeDelay = 25
  /// A size beyond it is a mistake or malice: it is drawn as this.
  package static let largestSize = Size(width: 640, height: 240)

  /// Takes the terminal over: alternate screen, raw keys, mouse, bracketed paste. Throws a
  /// `TerminalError` before anything was written.
  /// - Parameters:
  ///   - input, output: descriptors of the terminal; they stay the caller's.
  ///   - escapeDelay: milliseconds after which an escape is the key of that name.
  ///   - clock: seconds that only go forward, by which a paste is given up.
  package init(
    environment: [String: String] = ProcessInfo.processInfo.environment,
    input givenInput: Int32 = STDIN_FILENO, output givenOutput: Int32 = STDOUT_FILENO,
    escapeDelay: Int = escapeDelay, clock: @escaping () -> Double = KeyReader.monotonicSeconds
  ) throws {
    guard isatty(givenInput) == 1 else {
      throw TerminalError.notATerminal(stream: "standard input")
    }
    guard isatty(givenOutput) == 1 else {
      throw TerminalError.notATerminal(stream: "standard output")
    }
    let encoding = CharacterEncoding.adopt(environment: environment)
    let isUTF8 = encoding.isUTF8
    let kind = try TerminalKind(name: environment["TERM"] ?? "") {
      Self.findDescription($0, output: givenOutput)
    }
    notices = [kind.notice, encoding.notice].compactMap(\.self)

    // Descriptors of its own: standard output may be redirected while the screen is up.
    input = fcntl(givenInput, F_DUPFD_CLOEXEC, 3)
    output = fcntl(givenOutput, F_DUPFD_CLOEXEC, 3)
    var pipeEnds: [Int32] = [-1, -1]
    guard input >= 0, output >= 0, pipe(&pipeEnds) == 0,
      let inputStream = fdopen(input, "r"), let outputStream = fdopen(output, "w")
    else { throw TerminalError.failed(String(cString: strerror(errno))) }
    signals = (pipeEnds[0], pipeEnds[1])
    for end in pipeEnds {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    streams = (inputStream, outputStream)

    var shellMode = termios()
    tcgetattr(input, &shellMode)
    // Curses draws nothing, and is told one size for good: it would take memory for every cell of a
    // terminal of ten thousand columns and lines. These come before what the terminal says.
    setenv("LINES", "24", 1)
    setenv("COLUMNS", "80", 1)
    use_env(true)
    let screen = Self.keepingSignalHandlers { newterm(kind.description, outputStream, inputStream) }
    guard let screen else { throw TerminalError.failed("curses refuses \(kind.description)") }
    self.screen = screen
    set_escdelay(Int32(clamping: escapeDelay))
    raw()
    noecho()
    nonl()
    guard let keys = KeyReader(clock: clock) else {
      endwin()
      throw TerminalError.failed("out of memory")
    }
    self.keys = keys
    let description = TerminalDescription()
    capabilities = Capabilities(
      environment: environment, terminalColors: description.colors, isUTF8: isUTF8)
    var dialect = Painter.Dialect(description, capabilities, isUTF8: isUTF8)
    // Not all that are like another erase as it does.
    if kind.isSubstitute { dialect.erasesWithBackground = false }
    painter = Painter(dialect: dialect)
    size = Self.size(of: output)

    var programMode = termios()
    tcgetattr(input, &programMode)
    TerminalRescue.install(
      terminal: output, shellMode: shellMode, programMode: programMode, enter: description.enter,
      leave: description.leave, wake: signals.writing)
    // Curses' own first picture: it clears the alternate screen.
    doupdate()
    send(description.enter)
  }

  deinit { stop() }

  /// Gives the terminal back as it was. Once is enough, more do no harm.
  package func stop() {
    guard isOpen else { return }
    isOpen = false
    let state = TerminalRescue.state
    send(Array(UnsafeBufferPointer(start: state.pointee.leave, count: state.pointee.leaveCount)))
    keys.close()
    endwin()
    tcsetattr(output, TCSANOW, &state.pointee.shellMode)
    TerminalRescue.uninstall()
    delscreen(screen)
    fclose(streams.input)
    fclose(streams.output)
    close(signals.reading)
    close(signals.writing)
  }

  package func present(_ frame: Frame) throws {
    send(painter.paint(frame))
    if isGone { throw TerminalError.gone }
  }

  package func invalidate() { painter.invalidate() }

  package var isBacklogged: Bool {
    var descriptor = pollfd(fd: output, events: Int16(POLLOUT), revents: 0)
    return poll(&descriptor, 1, 0) == 0
  }

  package func nextEvents(timeoutMilliseconds: Int?, wake: Int32?) -> [InputEvent] {
    guard isOpen, !isGone else { return [.hangUp] }
    var descriptors = [
      pollfd(fd: input, events: Int16(POLLIN), revents: 0),
      pollfd(fd: signals.reading, events: Int16(POLLIN), revents: 0),
      pollfd(fd: wake ?? -1, events: Int16(POLLIN), revents: 0),
    ]
    let timeout = timeoutMilliseconds.map { Int32(clamping: max(0, $0)) } ?? -1
    // Interrupted by a signal, it has still to look for a resize.
    _ = poll(&descriptors, 3, timeout)
    if descriptors[1].revents != 0 { Self.drain(signals.reading) }
    if let wake, descriptors[2].revents != 0 { Self.drain(wake) }
    var events: [InputEvent] = []
    let read = keys.events { Self.size(of: self.output) }
    for case .resize in read { painter.invalidate() }
    for event in read {
      switch event {
      case .resize: break
      case .key("ctrl-z"):
        // As everywhere: the program's job stops, and goes on here when the shell wakes it.
        kill(0, SIGTSTP)
      default: events.append(event)
      }
    }
    if TerminalRescue.state.pointee.wasContinued {
      TerminalRescue.state.pointee.wasContinued = false
      events.append(.redraw)
      painter.invalidate()
    }
    if let resize = resized() { events.append(resize) }
    let isClosed = descriptors[0].revents & Int16(POLLHUP | POLLERR | POLLNVAL) != 0
    if isClosed, read.isEmpty {
      isGone = true
      events.append(.hangUp)
    }
    return events
  }

  /// The terminal's size has changed since it was last asked for.
  private func resized() -> InputEvent? {
    let now = Self.size(of: output)
    guard now != size else { return nil }
    size = now
    painter.invalidate()
    return .resize(now)
  }

  private func send(_ bytes: [UInt8]) {
    // Given back by a handler on another thread, it is the shell's.
    guard TerminalRescue.isTaken else { return }
    var sent = 0
    while sent < bytes.count, !isGone {
      let count = bytes.withUnsafeBytes { buffer in
        write(output, buffer.baseAddress.map { $0 + sent }, bytes.count - sent)
      }
      if count > 0 {
        sent += count
      } else if errno == EAGAIN {
        // Whoever shares the terminal has made it non-blocking.
        var descriptor = pollfd(fd: output, events: Int16(POLLOUT), revents: 0)
        _ = poll(&descriptor, 1, -1)
      } else if errno != EINTR {
        isGone = true
      }
    }
    writtenByteCount += sent
  }

  private static func size(of terminal: Int32) -> Size {
    var window = winsize()
    guard ioctl(terminal, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0
    else { return Size(width: 80, height: 24) }
    return Size(
      width: min(Int(window.ws_col), largestSize.width),
      height: min(Int(window.ws_row), largestSize.height))
  }

  private static func drain(_ descriptor: Int32) {
    var buffer = [UInt8](repeating: 0, count: 512)
    _ = read(descriptor, &buffer, buffer.count)
  }

  /// Loads a description, to say what is wrong with it; curses would only refuse.
  private static func findDescription(_ name: String, output: Int32) -> TerminalKind.Finding {
    var status: Int32 = 0
    guard setupterm(name, output, &status) == OK else { return status < 0 ? .noTerminfo : .unknown }
    defer { thaw_forget_description() }
    return TerminalDescription.canMoveCursor ? .usable : .cannotMoveCursor
  }

  /// Curses takes SIGINT, SIGTERM and SIGTSTP where they are free, and ends the program by `exit`.
  /// They are the program's.
  private static func keepingSignalHandlers<Result>(_ body: () -> Result) -> Result {
    let kept = [SIGINT, SIGTERM, SIGTSTP]
    var actions = kept.map { _ in sigaction() }
    for (index, signal) in kept.enumerated() { sigaction(signal, nil, &actions[index]) }
    defer {
      for (index, signal) in kept.enumerated() { sigaction(signal, &actions[index], nil) }
    }
    return body()
  }
}

extension Painter.Dialect {
  init(_ description: TerminalDescription, _ capabilities: Capabilities, isUTF8: Bool) {
    self.init(
      colors: description.isANSI ? capabilities.colors : .none, colorCount: description.colors,
      isANSI: description.isANSI, erasesWithBackground: description.erasesWithBackground,
      scrollsAtLastCell: description.scrollsAtLastCell, isUTF8: isUTF8,
      cursor: { description.cursor(x: $0, y: $1) }, bold: description.bold,
      reverse: description.reverse, underline: description.underline,
      resetAttributes: description.resetAttributes)
  }
}
