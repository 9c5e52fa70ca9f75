import Files

/// What a reader met where it expected something else; `FormatError` without the file's name.
struct UnexpectedContent: Error, Equatable {
  let expected: String
  let found: String

  func formatError(path: String) -> FormatError {
    FormatError(path: path, expected: expected, found: found)
  }
}
