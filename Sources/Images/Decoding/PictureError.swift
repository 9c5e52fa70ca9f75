import Files

/// A file of pictures that cannot be decoded: `cat.jpg: expected a whole JPEG, found its end after …`.
package struct PictureError: Error, Equatable, CustomStringConvertible {
  /// What kind of trouble it is, to count by.
  package enum Reason: Hashable, Sendable {
    /// A picture of a kind that is not read here.
    case unsupported(PictureKind)
    /// No picture that is known here.
    case noPicture
    /// More pixels than are decoded.
    case tooLarge
    case damaged
  }

  package let path: String
  package let reason: Reason
  package let expected: String
  package let found: String

  init(path: String, _ fault: DecodingFault) {
    self.path = path
    reason = fault.reason
    expected = fault.expected
    found = fault.found
  }

  package var description: String {
    "\(printable(path)): expected \(printable(expected)), found \(printable(found))"
  }
}

/// What a decoder found wrong, before somebody says in which file.
struct DecodingFault: Error, Equatable {
  let reason: PictureError.Reason
  let expected: String
  let found: String

  static func damaged(_ kind: PictureKind, _ found: String) -> DecodingFault {
    DecodingFault(reason: .damaged, expected: "a whole \(kind.rawValue)", found: found)
  }

  static func unsupported(_ kind: PictureKind) -> DecodingFault {
    DecodingFault(
      reason: .unsupported(kind), expected: "JPEG, PNG or WebP",
      found: "\(kind.rawValue); \(kind.wayOut)")
  }

  static let noPicture = DecodingFault(
    reason: .noPicture, expected: "JPEG, PNG or WebP", found: "no picture")
  static let empty = DecodingFault(
    reason: .damaged, expected: "JPEG, PNG or WebP", found: "an empty file")
}
