import Foundation

/// A shell in a pseudo-terminal of its own, as a person has it who is logged in: on this machine, or
/// through a real ssh.
final class Shell {
  let process: pid_t
  private var person: Int32

  /// - Parameter command: the program and its arguments; it gets the terminal.
  /// - Throws: `POSIXError`.
  init(_ command: [String]) throws {
    // Foundation does not show `posix_openpt` and its like: Linux' own way, TIOCSPTLCK and TIOCGPTN.
    person = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var locked: Int32 = 0
    var number: Int32 = 0
    guard person >= 0, ioctl(person, 0x4004_5431, &locked) == 0,
      ioctl(person, 0x8004_5430, &number) == 0
    else { throw POSIXError(.ENODEV) }
    var window = winsize(ws_row: 36, ws_col: 120, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(person, UInt(TIOCSWINSZ), &window)
    _ = fcntl(person, F_SETFL, O_NONBLOCK)

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The first terminal that the leader of a session opens is its own.
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/pts/\(number)", O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    // POSIX_SPAWN_SETSID, which Foundation leaves out.
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK) | 0x80)
    var environment = ProcessInfo.processInfo.environment
    environment["TERM"] = "xterm-256color"
    environment["LC_ALL"] = "C.UTF-8"
    var child = pid_t()
    let arguments = command.map { strdup($0) } + [nil]
    let variables = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for pointer in arguments + variables { free(pointer) } }
    let code = posix_spawnp(&child, command[0], &actions, &attributes, arguments, variables)
    guard code == 0 else {
      close(person)
      throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EINVAL)
    }
    process = child
  }

  deinit { hangUp() }

  func type(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = write(person, bytes, bytes.count)
  }

  /// What has been written since the last call: a terminal that nobody reads stops its program.
  @discardableResult
  func read() -> String {
    guard person >= 0 else { return "" }
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = Foundation.read(person, &buffer, buffer.count)
      guard count > 0 else { break }
      text += buffer[..<count]
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The line goes: the terminal is gone for all that have it.
  func hangUp() {
    guard person >= 0 else { return }
    close(person)
    person = -1
  }

  /// Takes leave of the shell itself.
  func bury() {
    kill(process, SIGKILL)
    while waitpid(process, nil, 0) < 0, errno == EINTR {}
  }
}
