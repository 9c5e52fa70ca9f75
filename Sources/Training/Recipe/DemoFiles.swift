import Files
import Glibc

/// The bundled demonstration: a network that knows the digits 0–4 learns 5–9.
package struct DemoFiles: Sendable {
  /// `nil` where the program was moved without them.
  private let folder: String?

  package init(folder: String?) {
    self.folder = folder
  }

  /// - Returns: the path of a file, of the folder itself without a name.
  /// - Throws: `FileError` where they are not there.
  func path(_ name: String = "") throws -> String {
    guard let folder else {
      throw FileError(
        path: name.isEmpty ? "Demo" : joinPath("Demo", name), action: "open", code: ENOENT)
    }
    return name.isEmpty ? folder : joinPath(folder, name)
  }
}
