import EngineInterface

/// An option that cannot be carried out, with what was expected and what was found:
/// `--batch: expected 1 to 65536, found '0'`.
package struct ConfigurationError: Error, Equatable, CustomStringConvertible {
  /// Without its dashes.
  package let option: String
  package let expected: String
  package let found: String

  package init(option: String, expected: String, found: String) {
    self.option = option
    self.expected = expected
    self.found = found
  }

  /// What `body` gives; a value that cannot be is said to be the option's.
  package static func naming<T>(_ option: String, _ body: () throws -> T) throws -> T {
    do {
      return try body()
    } catch let value as OutOfRange {
      throw ConfigurationError(option: option, expected: value.expected, found: value.found)
    }
  }

  package var description: String { "--\(option): expected \(expected), found '\(found)'" }
}
