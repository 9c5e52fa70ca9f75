import Files

/// What a reader met where it expected something else; `FormatError` without the file's name.
struct UnexpectedContent: Error, Equatable {
  let expected: String
  let found: String

  func formatError(path: String) -> FormatError {
    FormatError(path: path, expected: expected, found: found)
  }
}

/// Reads a file, and puts its name to what is met in it.
/// - Throws: `FormatError` for `UnexpectedContent`; what `read` throws else.
func naming<Result>(_ path: String, _ read: () throws -> Result) throws -> Result {
  do {
    return try read()
  } catch let error as UnexpectedContent {
    throw error.formatError(path: path)
  }
}
