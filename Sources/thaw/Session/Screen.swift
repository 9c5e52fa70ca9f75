import CursesTerminal

/// The terminal, where there is to be a screen. It is taken before anything else is done, so that
/// what is wrong with it costs nothing.
struct Screen {
  let terminal: CursesTerminal?

  /// Gives the terminal back before an error is reported on it.
  func givenBackOnError<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch {
      terminal?.stop()
      throw error
    }
  }
}
