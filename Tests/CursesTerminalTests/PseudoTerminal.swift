import Foundation
import TerminalUI

/// Both ends of a pseudo-terminal: the program's, and the one where a person would sit.
///
/// Unchecked: another thread may type, which touches only a descriptor that never changes.
final class PseudoTerminal: @unchecked Sendable {
  let program: Int32
  private let person: Int32
  private(set) var screen: ScreenModel
  private(set) var received: [UInt8] = []

  init(size: Size) throws {
    // Foundation does not show `posix_openpt` and its like: Linux' own way, TIOCSPTLCK and TIOCGPTN.
    person = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var locked: Int32 = 0
    var number: Int32 = 0
    guard person >= 0, ioctl(person, 0x4004_5431, &locked) == 0,
      ioctl(person, 0x8004_5430, &number) == 0
    else { throw POSIXError(.ENODEV) }
    program = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard program >= 0 else { throw POSIXError(.ENODEV) }
    screen = ScreenModel(size: Self.modelled(size))
    _ = fcntl(person, F_SETFL, O_NONBLOCK)
    resize(size)
  }

  deinit {
    close(person)
    if !isClosed { close(program) }
  }

  private var isClosed = false

  func resize(_ size: Size) {
    var window = winsize(
      ws_row: UInt16(size.height), ws_col: UInt16(size.width), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(person, UInt(TIOCSWINSZ), &window)
    screen = ScreenModel(size: Self.modelled(size))
  }

  /// A model of a screen beyond reason would take the memory that the program must not.
  private static func modelled(_ size: Size) -> Size {
    Size(width: min(size.width, 640), height: min(size.height, 240))
  }

  func type(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(person, bytes, bytes.count)
  }

  /// Types more than the terminal holds at once, as it is read.
  func typeAll(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(person, $0.baseAddress, $0.count) }
      if count > 0 { rest = rest.dropFirst(count) } else { usleep(1000) }
    }
  }

  /// Takes in what the program has written so far.
  func listen() {
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = read(person, &buffer, buffer.count)
      guard count > 0 else { break }
      received += buffer[..<count]
    }
    screen.take(received)
  }

  func forget() { received = [] }

  var mode: termios {
    var mode = termios()
    tcgetattr(program, &mode)
    return mode
  }
}
