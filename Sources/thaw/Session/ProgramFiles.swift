import Files
import Foundation
import TerminalUI

/// The files that belong to the program: the demo and the themes.
///
/// They lie in a folder beside the executable, where the build puts them; an installed program may
/// have them in `../share/thaw` instead.
enum ProgramFiles {
  /// - Returns: the path of a file or folder, `nil` where the program was moved without it.
  static func path(_ name: String) -> String? {
    folders.map { joinPath($0, name) }.first { access($0, F_OK) == 0 }
  }

  /// The person's own themes before the program's.
  static var themes: ThemeCatalog {
    let user = ThemeCatalog.userFolder(environment: ProcessInfo.processInfo.environment)
    return ThemeCatalog(folders: [user, path("themes")].compactMap { $0 })
  }

  private static let folders: [String] = {
    let executable =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments[0]
    let folder = splitPath(executable).folder
    return [joinPath(folder, "thaw_thaw.resources"), joinPath(folder, "../share/thaw")]
  }()
}
