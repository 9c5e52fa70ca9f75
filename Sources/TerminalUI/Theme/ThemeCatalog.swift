import Foundation

/// Finds themes in a list of folders, the first of which wins, with the built-in one behind them.
///
/// The program hands in the user's folder (`$XDG_CONFIG_HOME/thaw/themes`) and the one beside the
/// program, in this order.
package struct ThemeCatalog: Sendable {
  /// A theme with what was wrong in its file, one line each with the file's name.
  package struct Loaded: Sendable {
    package var theme: Theme
    package var problems: [String]
    /// What was found in the place of a theme file; `nil` where it is one.
    package var unreadable: String?

    /// The problems in one line; `nil` where there are none.
    package var summary: String? {
      guard let first = problems.first else { return nil }
      let more = problems.count - 1
      return more == 0 ? first : "\(first) (and \(more) more)"
    }
  }

  private let folders: [String]
  /// A theme file is a few KB; what is larger is something else.
  private static let sizeLimit = 256 * 1024
  package static let expectation = "a theme file of at most \(sizeLimit / 1024) KB"

  package init(folders: [String]) { self.folders = folders }

  /// The folder of the user's own themes.
  package static func userFolder(environment: [String: String]) -> String? {
    if let config = environment["XDG_CONFIG_HOME"], config.hasPrefix("/") {
      return config + "/thaw/themes"
    }
    return environment["HOME"].map { $0 + "/.config/thaw/themes" }
  }

  /// Names of all themes that can be had, without doubles: the built-in one first, then sorted.
  package var names: [String] {
    var names: Set<String> = []
    for folder in folders {
      let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      for file in files where file.hasSuffix(".theme") { names.insert(String(file.dropLast(6))) }
    }
    names.remove(Theme.standard.name)
    return [Theme.standard.name] + names.sorted()
  }

  /// Loads a theme by name, or from a file when `name` has a slash or ends in `.theme`. Never
  /// fails: without a readable file it is the built-in theme, with a line that says why.
  package func load(_ name: String) -> Loaded {
    if let found = find(name) { return found }
    if Self.isPath(name) {
      return Loaded(
        theme: .standard, problems: ["\(name): no such theme file; the default theme is used"])
    }
    return Loaded(
      theme: .standard,
      problems: [
        "no theme is named \(name): expected one of \(names.joined(separator: ", ")); "
          + "the default theme is used"
      ])
  }

  /// The theme of that name or in that file; `nil` where there is none.
  package func find(_ name: String) -> Loaded? {
    if Self.isPath(name) { return read(name) }
    for folder in folders {
      if let loaded = read("\(folder)/\(name).theme") { return loaded }
    }
    return name == Theme.standard.name ? Loaded(theme: .standard, problems: []) : nil
  }

  private static func isPath(_ name: String) -> Bool {
    name.contains("/") || name.hasSuffix(".theme")
  }

  /// `nil` where there is no such file.
  private func read(_ path: String) -> Loaded? {
    func unreadable(_ found: String) -> Loaded {
      Loaded(
        theme: .standard,
        problems: [
          "\(path): expected \(Self.expectation), found \(found); the default theme is used"
        ], unreadable: found)
    }
    // Without O_NONBLOCK, opening a named pipe waits for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      return errno == ENOENT || errno == ENOTDIR ? nil : unreadable("one that cannot be read")
    }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return unreadable("one that cannot be read") }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: return nil
    default: return unreadable("a device or pipe")
    }
    // Read no more than the limit, whatever the file claims to be.
    guard let data = try? handle.read(upToCount: Self.sizeLimit + 1) else {
      return unreadable("one that cannot be read")
    }
    guard data.count <= Self.sizeLimit else { return unreadable("more") }
    let (values, problems) = ThemeParser.parse(String(decoding: data, as: UTF8.self))
    let file = path.split(separator: "/").last.map(String.init) ?? path
    let name = file.hasSuffix(".theme") ? String(file.dropLast(6)) : file
    return Loaded(
      theme: Theme(name: name, values: values), problems: problems.map { "\(path), \($0)" })
  }
}
