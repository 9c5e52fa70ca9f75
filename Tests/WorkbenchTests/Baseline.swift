import Foundation
import Testing

/// Screens as text, kept in files. A missing one is written and fails, so that it is looked at and
/// committed; to renew one, delete it and run the tests twice.
enum Baseline {
  static func expect(
    _ text: String, named name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Baselines")
    let file = folder.appending(path: "\(name).txt")
    let text = text + "\n"
    guard let kept = try? String(contentsOf: file, encoding: .utf8) else {
      try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try? text.write(to: file, atomically: true, encoding: .utf8)
      Issue.record("there was no \(name).txt: it has been written", sourceLocation: sourceLocation)
      return
    }
    guard kept != text else { return }
    Issue.record(
      Comment(rawValue: difference(kept, text, name)), sourceLocation: sourceLocation)
  }

  /// The lines that differ, old above new.
  private static func difference(_ kept: String, _ text: String, _ name: String) -> String {
    let old = kept.split(separator: "\n", omittingEmptySubsequences: false)
    let new = text.split(separator: "\n", omittingEmptySubsequences: false)
    var report = ["\(name).txt differs:"]
    for index in 0..<max(old.count, new.count) {
      let (before, after) = (
        index < old.count ? old[index] : "", index < new.count ? new[index] : ""
      )
      if before != after { report += ["\(index + 1)- \(before)", "\(index + 1)+ \(after)"] }
    }
    return report.joined(separator: "\n")
  }
}
