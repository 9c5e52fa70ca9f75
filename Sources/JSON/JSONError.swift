/// A text that is no JSON, or none that is read: what is wrong, and at which byte.
package struct JSONError: Error, Equatable, CustomStringConvertible {
  package let reason: String
  package let position: Int

  package init(reason: String, position: Int) {
    self.reason = reason
    self.position = position
  }

  package var description: String { "\(reason) at byte \(position)" }
}
