import Files
import Foundation
import Glibc

/// What the process needs of the system, and how it takes the system's signals: the first thing of
/// all.
enum ProcessSetup {
  /// Descriptors that a run holds at once, with room to spare: terminal, log, lock, journal, pipes, a
  /// checkpoint being written, images, the queues' own.
  private static let descriptors: rlim_t = 64
  /// Threads at once: the cores' and a few queues' beside them.
  private static var threads: Int { ProcessInfo.processInfo.activeProcessorCount + 6 }

  /// - Throws: `ResourceError` in one line where training would stop for want of something.
  static func begin() throws {
    try ProcessorCheck.begin()
    openStandardStreams()
    // A reader that went away, and a file-size limit, are errors of the write, not the end.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    leaveCrashesToTheSystem()
    try checkDescriptors()
    try checkThreads()
  }

  /// A stream that the process was started without would be the first file that it opens, and what is
  /// printed would go in there.
  private static func openStandardStreams() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      let opened = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
      if opened >= 0, opened != descriptor {
        dup2(opened, descriptor)
        close(opened)
      }
    }
  }

  /// On a terminal Swift's backtracer holds a crashed process, and one that was sent ctrl-\, for half a
  /// minute at a prompt. Who asks for it by its variable has it.
  private static func leaveCrashesToTheSystem() {
    guard getenv("SWIFT_BACKTRACE") == nil else { return }
    for number in [SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGBUS, SIGSEGV] {
      var old = sigaction()
      sigaction(number, nil, &old)
      let isIgnored = unsafeBitCast(old.__sigaction_handler.sa_handler, to: UInt.self) == 1
      if !isIgnored { signal(number, SIG_DFL) }
    }
  }

  private static func checkDescriptors() throws {
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    var limit = rlimit()
    guard getrlimit(resource, &limit) == 0, limit.rlim_cur < descriptors else { return }
    limit.rlim_cur = min(descriptors, limit.rlim_max)
    guard limit.rlim_cur == descriptors, setrlimit(resource, &limit) == 0 else {
      throw ResourceError(
        what: "open files", expected: "a limit of \(descriptors) or more (ulimit -n)",
        found: "\(limit.rlim_max)")
    }
  }

  /// Dispatch waits for ever for threads that the system does not give.
  private static func checkThreads() throws {
    var started: [pthread_t] = []
    let gate = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    pthread_mutex_init(gate, nil)
    pthread_mutex_lock(gate)
    var problem: Int32 = 0
    while started.count < threads, problem == 0 {
      var thread = pthread_t()
      problem = pthread_create(
        &thread, nil,
        { gate in
          // All of them stand at once.
          let gate = gate!.assumingMemoryBound(to: pthread_mutex_t.self)
          pthread_mutex_lock(gate)
          pthread_mutex_unlock(gate)
          return nil
        }, gate)
      if problem == 0 { started.append(thread) }
    }
    pthread_mutex_unlock(gate)
    for thread in started { pthread_join(thread, nil) }
    pthread_mutex_destroy(gate)
    gate.deallocate()
    guard problem == 0 else {
      throw ResourceError(
        what: "threads", expected: "\(threads) (ulimit -u, ulimit -v, the group's limits)",
        found: "\(started.count): \(String(cString: strerror(problem)))")
    }
  }
}

/// The system gives less than the program needs: `open files: expected …, found 12`.
struct ResourceError: Error, CustomStringConvertible {
  let what: String
  let expected: String
  let found: String

  var description: String { "\(what): expected \(expected), found \(found)" }
}
