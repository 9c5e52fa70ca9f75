import Foundation
import TerminalUI

/// A program in a pseudo-terminal of its own, with this process where a person would sit.
final class TerminalChild {
  let process: pid_t
  private var person: Int32
  /// It has ended or closed its terminal.
  private(set) var isGone = false

  /// - Throws: `POSIXError` where there is no terminal to be had or the program does not start.
  init(_ program: String, _ arguments: [String], environment: [String: String], size: Size) throws {
    // Linux' own way, because Foundation does not show `posix_openpt`: TIOCSPTLCK, TIOCGPTN.
    person = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var locked: Int32 = 0
    var number: Int32 = 0
    guard person >= 0, ioctl(person, 0x4004_5431, &locked) == 0,
      ioctl(person, 0x8004_5430, &number) == 0
    else { throw POSIXError(.ENODEV) }
    var window = winsize(
      ws_row: UInt16(clamping: size.height), ws_col: UInt16(clamping: size.width), ws_xpixel: 0,
      ws_ypixel: 0)
    _ = ioctl(person, UInt(TIOCSWINSZ), &window)

    // A session of its own, so that the terminal it opens first is the one that controls it.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    // The threads of a pool block signals, and a child would inherit that.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    // POSIX_SPAWN_SETSID, which the module leaves out.
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK) | 0x80)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/pts/\(number)", O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    defer {
      posix_spawnattr_destroy(&attributes)
      posix_spawn_file_actions_destroy(&actions)
    }
    var words = ([program] + arguments).map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for text in words + variables { free(text) } }
    var process: pid_t = 0
    let code = posix_spawnp(&process, program, &actions, &attributes, &words, &variables)
    guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .ENOENT) }
    self.process = process
  }

  func type(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(person, bytes, bytes.count)
  }

  /// Hands over what the program writes, as it comes, for so long. Returns the seconds it took.
  @discardableResult
  func listen(seconds: Double, _ take: ([UInt8]) -> Void) -> Double {
    let start = ContinuousClock.now
    var buffer = [UInt8](repeating: 0, count: 65536)
    func elapsed() -> Double { (ContinuousClock.now - start) / .seconds(1) }
    while !isGone {
      let left = seconds - elapsed()
      guard left > 0 else { break }
      var descriptor = pollfd(fd: person, events: Int16(POLLIN), revents: 0)
      guard poll(&descriptor, 1, Int32(min(left, 1) * 1000) + 1) > 0 else { continue }
      let count = read(person, &buffer, buffer.count)
      if count > 0 { take(Array(buffer[..<count])) } else { isGone = true }
    }
    return elapsed()
  }

  /// What it has written since the last call: a terminal that nobody reads stops its program.
  @discardableResult
  func readPending() -> String {
    var text: [UInt8] = []
    var descriptor = pollfd(fd: person, events: Int16(POLLIN), revents: 0)
    while !isGone, poll(&descriptor, 1, 0) > 0 { listen(seconds: 0.001) { text += $0 } }
    return String(decoding: text, as: UTF8.self)
  }

  /// The line goes: the terminal is gone for all that have it.
  func hangUp() {
    guard person >= 0 else { return }
    close(person)
    person = -1
    isGone = true
  }

  /// Ends it as a closed window would.
  func end() {
    hangUp()
    var status: Int32 = 0
    for _ in 0..<100 {
      guard waitpid(process, &status, WNOHANG) == 0 else { return }
      usleep(50_000)
    }
    kill(process, SIGKILL)
    waitpid(process, &status, 0)
  }
}
