import Glibc

/// What the operating system refused: `/data/x.npy: cannot write: No space left on device`.
package struct FileError: Error, Equatable, CustomStringConvertible {
  package let path: String
  /// The verb: `open`, `write`, `rename`, ….
  package let action: String
  /// The `errno`.
  package let code: Int32

  package init(path: String, action: String, code: Int32) {
    self.path = path
    self.action = action
    self.code = code
  }

  /// The disk is full, or the person's share of it.
  package var isOutOfSpace: Bool { code == ENOSPC || code == EDQUOT || code == EFBIG }
  /// There is no such file or folder.
  package var isMissing: Bool { code == ENOENT || code == ENOTDIR }

  package var description: String {
    "\(printable(path)): cannot \(action): \(String(cString: strerror(code)))"
  }
}

/// A file that is not what it should be: `x.npy: expected 4 dimensions, found 3`.
package struct FormatError: Error, Equatable, CustomStringConvertible {
  package let path: String
  package let expected: String
  package let found: String

  package init(path: String, expected: String, found: String) {
    self.path = path
    self.expected = expected
    self.found = found
  }

  package var description: String {
    "\(printable(path)): expected \(printable(expected)), found \(printable(found))"
  }
}
