import Foundation
import Glibc

/// A program that was started, with its output in files.
///
/// Foundation's `Process` hands every open descriptor of this process to its children, pipes of other
/// tests among them: a terminal multiplexer that stays would keep those tests waiting for an end.
package struct ChildProcess {
  package let identifier: pid_t

  /// - Parameters:
  ///   - program: a path, or a name to look up in `PATH`.
  ///   - environment: what is to be changed of this process' own.
  ///   - output: path of the file, which is made, that takes standard output.
  ///   - errors: the same for standard error.
  package init(
    _ program: String, _ arguments: [String], environment: [String: String] = [:],
    output: String = "/dev/null", errors: String = "/dev/null"
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    let create = O_WRONLY | O_CREAT | O_TRUNC
    posix_spawn_file_actions_addopen(&actions, 1, output, create, 0o644)
    posix_spawn_file_actions_addopen(&actions, 2, errors, create, 0o644)
    // Those that are not open do no harm; the call that closes all above a number is not in Swift's Glibc.
    for descriptor in 3..<Int32(256) {
      posix_spawn_file_actions_addclose(&actions, descriptor)
    }

    // The threads of a pool block signals, and a child would inherit that: SIGCHLD and SIGHUP among them.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

    let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    var child = pid_t()
    let code = Self.withPointers(to: [program] + arguments) { arguments in
      Self.withPointers(to: variables.map { "\($0)=\($1)" }) { variables in
        posix_spawnp(&child, program, &actions, &attributes, arguments, variables)
      }
    }
    guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EINVAL) }
    identifier = child
  }

  /// How a process came to its end.
  package enum Ending: Equatable {
    case exit(Int32)
    case signal(Int32)
  }

  /// Waits for the end, once, and returns the exit status, or the signal that ended it.
  package func wait() -> Int32 {
    switch ending(Self.awaitStatus(of: identifier, options: 0)!) {
    case .exit(let status), .signal(let status): return status
    }
  }

  /// Waits for the end, once.
  /// - Returns: `nil` where it has not come in that time: the process is killed then.
  package func wait(atMost limit: Duration) -> Ending? {
    let end = ContinuousClock.now + limit
    var pause: UInt32 = 500
    while ContinuousClock.now < end {
      if let status = Self.awaitStatus(of: identifier, options: WNOHANG) { return ending(status) }
      usleep(pause)
      pause = min(pause * 2, 20_000)
    }
    kill(identifier, SIGKILL)
    _ = Self.awaitStatus(of: identifier, options: 0)
    return nil
  }

  private func ending(_ status: Int32) -> Ending {
    let signal = status & 0x7f
    return signal == 0 ? .exit(status >> 8 & 0xff) : .signal(signal)
  }

  private static func awaitStatus(of identifier: pid_t, options: Int32) -> Int32? {
    var status: Int32 = 0
    while true {
      let found = waitpid(identifier, &status, options)
      if found == identifier { return status }
      if found == 0 { return nil }
      precondition(errno == EINTR, "waitpid: errno \(errno)")
    }
  }

  /// `texts` as C takes them: an array that ends in a null pointer.
  private static func withPointers<R>(
    to texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> R
  ) -> R {
    let pointers = texts.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    return body(pointers + [nil])
  }
}
