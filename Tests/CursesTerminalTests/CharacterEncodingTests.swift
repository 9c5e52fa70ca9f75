import Foundation
import Testing

@testable import CursesTerminal

extension CursesTerminalTests {
  // The locale belongs to the whole process: within the suite that runs in order.

  @Test(arguments: [
    (["LC_ALL": "C.UTF-8"], true), (["LANG": "xx_YY.UTF-8"], true),
    (["LC_ALL": "xx_YY.utf8"], true),
    (["LC_CTYPE": "UTF-8"], true), (["LC_CTYPE": "UTF-8", "LANG": "C"], true),
    (["LANG": "xx_YY.UTF-8@euro"], true), (["LANG": "C"], false), (["LC_ALL": "POSIX"], false),
    (["LANG": "xx_YY.ISO-8859-1"], false), (["LANG": "xx_YY"], false), ([:], false),
    // The first that is set counts, installed or not.
    (["LC_ALL": "C", "LANG": "xx_YY.UTF-8"], false),
    (["LC_ALL": "", "LC_CTYPE": "", "LANG": "xx_YY.UTF-8"], true),
  ])
  func theNameOfALocaleSaysTheEncoding(environment: [String: String], isUTF8: Bool) {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"]
    let before = names.map { ProcessInfo.processInfo.environment[$0] }
    defer {
      for (name, value) in zip(names, before) {
        if let value { setenv(name, value, 1) } else { unsetenv(name) }
      }
      setlocale(LC_CTYPE, "C.UTF-8")
    }
    for name in names { unsetenv(name) }
    for (name, value) in environment { setenv(name, value, 1) }
    setlocale(LC_CTYPE, "C")
    let encoding = CharacterEncoding.adopt(environment: environment)
    #expect(encoding == CharacterEncoding(isUTF8: isUTF8))
  }
}
