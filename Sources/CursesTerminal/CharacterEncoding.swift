import CNcurses
import Foundation

/// How characters are written as bytes, as the person's locale says.
///
/// ssh carries the names of the laptop's locale to servers that do not have it (`en_US.UTF-8`, the
/// `UTF-8` of macOS). What such a name says of the encoding is true all the same.
struct CharacterEncoding: Equatable {
  let isUTF8: Bool
  /// What a person has to know; `nil`: nothing.
  var notice: String?

  /// Sets this process' `LC_CTYPE`, and nothing else: numbers keep their decimal point in every
  /// language.
  static func adopt(environment: [String: String]) -> CharacterEncoding {
    setlocale(LC_CTYPE, "")
    if isCurrentlyUTF8 { return CharacterEncoding(isUTF8: true) }
    guard let name = localeName(in: environment), namesUTF8(name) else {
      return CharacterEncoding(isUTF8: false)
    }
    for substitute in ["C.UTF-8", "C.utf8", "en_US.UTF-8"] {
      if setlocale(LC_CTYPE, substitute) != nil, isCurrentlyUTF8 {
        return CharacterEncoding(isUTF8: true)
      }
    }
    return CharacterEncoding(
      isUTF8: false,
      notice: "the locale \(name) is not installed, and neither is C.UTF-8: drawn in ASCII")
  }

  private static var isCurrentlyUTF8: Bool {
    nl_langinfo(Int32(CODESET)).map { String(cString: $0) } == "UTF-8"
  }

  /// The locale of characters, by POSIX' order; `nil` where none is named.
  static func localeName(in environment: [String: String]) -> String? {
    ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
  }

  /// `en_US.UTF-8`, `de_DE.utf8@euro`, `UTF-8`: whether the part for the encoding says UTF-8.
  static func namesUTF8(_ name: String) -> Bool {
    let base = name.prefix { $0 != "@" }
    let encoding = base.firstIndex(of: ".").map { base[base.index(after: $0)...] } ?? base
    return ["utf-8", "utf8"].contains(encoding.lowercased())
  }
}
