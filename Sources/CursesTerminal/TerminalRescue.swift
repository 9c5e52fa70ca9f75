import CTerminalGuard
import Foundation

/// Gives the terminal back on the ways out that pass by `CursesTerminal.stop`: a crash, a signal
/// that nobody handles, `exit` somewhere; and around being stopped and continued. What no handler can
/// see, such as SIGKILL, a guard in a process of its own does.
///
/// Its handlers may run at any moment on any thread. They touch only the memory below, which is
/// allocated before and never freed, and call only what POSIX lists as async-signal-safe.
enum TerminalRescue {
  struct State {
    /// The terminal, or -1 while there is nothing to give back.
    var terminal: Int32 = -1
    var shellMode = termios()
    var programMode = termios()
    var leave: UnsafeMutablePointer<UInt8>
    var leaveCount = 0
    var enter: UnsafeMutablePointer<UInt8>
    var enterCount = 0
    /// Where standard output and error go otherwise, while they are redirected; else -1.
    var output: Int32 = -1
    var error: Int32 = -1
    /// The writing end of a pipe that wakes the loop up.
    var wake: Int32 = -1
    /// By which the guard is spoken to; -1 without one.
    var guardian: Int32 = -1
    var wasContinued = false
    var isSuspended = false
  }

  /// Longest sequence of bytes to enter or to leave.
  static let capacity = 1024
  /// Whoever handles them, Swift's backtracer among them, would hold the process while the terminal is
  /// taken.
  private static let fatal = [
    SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGSYS, SIGQUIT,
  ]
  /// Only where they would end the program: who handles them does more than this. The last ones are
  /// the real-time signals.
  private static let ending =
    [
      SIGTERM, SIGINT, SIGHUP, SIGXCPU, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGIO,
      SIGSTKFLT, SIGPWR,
    ] + Array(34...64)

  // Handlers read both without a lock: they are set up before the first handler is.
  nonisolated(unsafe) static let state: UnsafeMutablePointer<State> = {
    let pointer = UnsafeMutablePointer<State>.allocate(capacity: 1)
    pointer.initialize(
      to: State(
        leave: .allocate(capacity: capacity), enter: .allocate(capacity: capacity)))
    return pointer
  }()
  nonisolated(unsafe) private static let before: UnsafeMutablePointer<sigaction> = {
    let pointer = UnsafeMutablePointer<sigaction>.allocate(capacity: 65)
    pointer.initialize(repeating: sigaction(), count: 65)
    return pointer
  }()
  nonisolated(unsafe) private static var installed: [Int32] = []
  nonisolated(unsafe) private static var hasExitHandler = false

  /// From now on the terminal is given back. Called on the main thread.
  static func install(
    terminal: Int32, shellMode: termios, programMode: termios, enter: [UInt8], leave: [UInt8],
    wake: Int32
  ) {
    state.pointee.shellMode = shellMode
    state.pointee.programMode = programMode
    state.pointee.enterCount = copy(enter, state.pointee.enter)
    state.pointee.leaveCount = copy(leave, state.pointee.leave)
    state.pointee.wake = wake
    state.pointee.guardian = terminal_guard_start(
      terminal, &state.pointee.shellMode, state.pointee.leave, state.pointee.leaveCount)
    state.pointee.terminal = terminal
    useAlternateStack()
    crash_frames_prepare()
    for signal in fatal { catchSignal(signal, onlyDefault: false, crash) }
    for signal in ending { catchSignal(signal, onlyDefault: true, crash) }
    catchSignal(SIGTSTP, onlyDefault: false, stop)
    catchSignal(SIGCONT, onlyDefault: false, resume)
    if !hasExitHandler {
      hasExitHandler = true
      atexit { TerminalRescue.giveBack() }
    }
    tellGuard(TERMINAL_GUARD_ARM)
  }

  /// The terminal has been given back in order: the handlers go.
  static func uninstall() {
    state.pointee.terminal = -1
    if state.pointee.guardian >= 0 { terminal_guard_dismiss(state.pointee.guardian) }
    state.pointee.guardian = -1
    for signal in installed { sigaction(signal, before + Int(signal), nil) }
    installed = []
  }

  /// Whether the terminal is the program's to write on.
  static var isTaken: Bool { state.pointee.terminal >= 0 }

  static func setOutputs(output: Int32, error: Int32) {
    state.pointee.output = output
    state.pointee.error = error
  }

  private static func copy(_ bytes: [UInt8], _ target: UnsafeMutablePointer<UInt8>) -> Int {
    let count = min(bytes.count, capacity)
    for index in 0..<count { target[index] = bytes[index] }
    return count
  }

  /// A stack that overflowed has no room for a handler.
  private static func useAlternateStack() {
    let size = 64 * 1024
    var stack = stack_t()
    guard sigaltstack(nil, &stack) == 0, stack.ss_flags & Int32(SS_DISABLE) != 0 else { return }
    stack = stack_t()
    stack.ss_sp = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    stack.ss_size = size
    sigaltstack(&stack, nil)
  }

  private typealias Handler =
    @convention(c) (Int32, UnsafeMutablePointer<siginfo_t>?, UnsafeMutableRawPointer?) -> Void

  private static func catchSignal(_ signal: Int32, onlyDefault: Bool, _ handler: @escaping Handler)
  {
    guard !installed.contains(signal) else { return }
    var old = sigaction()
    guard sigaction(signal, nil, &old) == 0 else { return }
    // SIG_DFL is the null pointer.
    let isDefault = unsafeBitCast(old.__sigaction_handler.sa_handler, to: UInt.self) == 0
    guard !onlyDefault || isDefault else { return }
    var action = sigaction()
    action.__sigaction_handler.sa_sigaction = handler
    action.sa_flags = SA_ONSTACK | SA_RESTART | SA_SIGINFO
    before[Int(signal)] = old
    if sigaction(signal, &action, nil) == 0 { installed.append(signal) }
  }

  // MARK: In handlers

  private static func put(_ bytes: UnsafePointer<UInt8>, _ count: Int, _ file: Int32) {
    var sent = 0
    while sent < count {
      let written = write(file, bytes + sent, count - sent)
      if written <= 0 {
        guard written < 0, errno == EINTR else { return }
        continue
      }
      sent += written
    }
  }

  private static func tellGuard(_ message: Int) {
    guard state.pointee.guardian >= 0 else { return }
    terminal_guard_tell(state.pointee.guardian, UInt8(message))
  }

  private static func giveBack() {
    let terminal = state.pointee.terminal
    guard terminal >= 0, !state.pointee.isSuspended else { return }
    put(state.pointee.leave, state.pointee.leaveCount, terminal)
    tcsetattr(terminal, TCSANOW, &state.pointee.shellMode)
    if state.pointee.output >= 0 { dup2(state.pointee.output, STDOUT_FILENO) }
    if state.pointee.error >= 0 { dup2(state.pointee.error, STDERR_FILENO) }
    tellGuard(TERMINAL_GUARD_DISARM)
  }

  /// Gives the terminal back and dies of the signal at once, as if nobody had handled it. Where a
  /// fault happened goes to the log first: standard error leads there while the screen is up.
  private static let crash: Handler = { signal, information, _ in
    let isFault = fatal.contains(signal) && signal != SIGQUIT
    if isFault, state.pointee.error >= 0 { crash_frames_write(STDERR_FILENO) }
    TerminalRescue.giveBack()
    TerminalRescue.state.pointee.terminal = -1
    if isFault { CrashLine.write(signal, information, to: STDERR_FILENO) }
    var byDefault = sigaction()
    sigaction(signal, &byDefault, nil)
    // A fault of the processor's happens again when this returns, at its own address. Others are sent
    // again: blocked while the handler runs, they arrive when it returns.
    let isOfProcessor = information.map { $0.pointee.si_code > 0 } ?? false
    if !isFault || !isOfProcessor { raise(signal) }
  }

  private static let stop: Handler = { _, _, _ in
    let error = errno
    TerminalRescue.giveBack()
    TerminalRescue.state.pointee.isSuspended = true
    kill(getpid(), SIGSTOP)
    errno = error
  }

  private static let resume: Handler = { _, _, _ in
    let error = errno
    let state = TerminalRescue.state
    if state.pointee.terminal >= 0 {
      // In the background this stops the program again, until it is brought to the front.
      tcsetattr(state.pointee.terminal, TCSANOW, &state.pointee.programMode)
      TerminalRescue.put(state.pointee.enter, state.pointee.enterCount, state.pointee.terminal)
      TerminalRescue.tellGuard(TERMINAL_GUARD_ARM)
      state.pointee.isSuspended = false
      state.pointee.wasContinued = true
      var byte: UInt8 = 0
      _ = write(state.pointee.wake, &byte, 1)
    }
    errno = error
  }
}
