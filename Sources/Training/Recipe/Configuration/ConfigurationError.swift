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

  package var description: String { "--\(option): expected \(expected), found '\(found)'" }
}
