import Files
import Glibc

/// An argument, or a variable that names a folder, that is not UTF-8. Swift repairs such text, and
/// what was repaired names another file than the person did.
struct UnreadableText: Error, CustomStringConvertible {
  let description: String

  /// - Throws: `UnreadableText` for the first one there is.
  static func check() throws(UnreadableText) {
    for index in 1..<max(1, Int(CommandLine.argc)) {
      guard let argument = CommandLine.unsafeArgv[index] else { break }
      try check(argument, "argument \(index)")
    }
    for name in ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"] {
      if let value = getenv(name) { try check(value, name) }
    }
  }

  private static func check(_ text: UnsafePointer<CChar>, _ what: String) throws(UnreadableText) {
    guard String(validatingCString: text) == nil else { return }
    let repaired = printable(String(cString: text), limit: 100)
    throw UnreadableText(
      description: "\(what): expected text in UTF-8, found '\(repaired)'; a link with another name "
        + "makes such a file readable")
  }
}
