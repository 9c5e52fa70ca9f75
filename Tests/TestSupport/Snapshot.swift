import Foundation

/// Compares a text with its baseline, the file `Snapshots/<name>.txt` beside the test, and says how
/// they differ; `nil` when they agree. A missing baseline is written, and is a difference: look at
/// it before it is committed. Delete a baseline to have it written anew.
package func snapshotDifference(
  _ text: String, named name: String, testFile: String = #filePath
) -> String? {
  let folder = URL(fileURLWithPath: testFile).deletingLastPathComponent()
    .appendingPathComponent("Snapshots")
  let file = folder.appendingPathComponent(name + ".txt")
  guard let data = try? Data(contentsOf: file) else {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data((text + "\n").utf8).write(to: file)
      return "\(file.path): expected a baseline, found none; it was written, look at it"
    } catch {
      return "\(file.path): expected a baseline, found none, and it cannot be written: \(error)"
    }
  }
  let expected = String(decoding: data, as: UTF8.self)
  guard expected != text + "\n" else { return nil }
  let wanted = expected.split(separator: "\n", omittingEmptySubsequences: false)
  let found = (text + "\n").split(separator: "\n", omittingEmptySubsequences: false)
  let line = zip(wanted, found).prefix { $0 == $1 }.count
  func show(_ lines: [Substring]) -> String { line < lines.count ? "'\(lines[line])'" : "its end" }
  return "\(file.path), line \(line + 1): expected \(show(wanted)), found \(show(found))\n\(text)"
}
