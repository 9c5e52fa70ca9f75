import Files
import SwiftCSV

/// A list of pictures as CSV: a path and a label a line, paths relative to the list. A first line that
/// names its columns may say which ones they are.
struct PictureList {
  private(set) var paths = PathTable()
  /// Of each path, its class.
  private(set) var labels: [Int32] = []
  /// Distinct labels in sorted order: whole numbers by size, all else by code points.
  private(set) var classes: [String] = []
  private(set) var findings: [DatasetFinding] = []

  private static let maximumBytes = 1 << 30
  private static let pathNames: Set<String> = [
    "path", "file", "filename", "file_name", "filepath", "file_path", "image", "image_path",
    "img", "img_path", "picture", "photo", "name", "id",
  ]
  private static let labelNames: Set<String> = [
    "label", "class", "labels", "category", "target", "class_name", "species", "breed", "y",
  ]

  /// - Throws: `FileError`, `FormatError`.
  init(path: String) throws {
    let rows = try Self.rows(of: path)
    let folder = splitPath(path).folder
    func isThere(_ name: String) -> Bool {
      InputFile.exists(name.hasPrefix("/") ? name : joinPath(folder, name))
    }
    let columns = Self.columns(rows.first ?? [], isFile: isThere)
    var classOf: [String: String] = [:]
    var order: [(name: String, label: String)] = []
    var repeated = Count()
    var missing = Count()
    for (number, row) in rows.enumerated().dropFirst(columns.isNamed ? 1 : 0) {
      // An empty line, as at a file's end.
      if row.allSatisfy(\.isEmpty) { continue }
      guard row.count > max(columns.path, columns.label), !row[columns.path].isEmpty,
        !row[columns.label].isEmpty
      else {
        throw FormatError(
          path: path, expected: "a path and a label a line",
          found: "row \(number + 1): \(row.joined(separator: ","))")
      }
      let (name, label) = (row[columns.path], row[columns.label])
      if let other = classOf[name] {
        guard other == label else {
          throw FormatError(
            path: path, expected: "one label for each picture",
            found: "'\(name)' as '\(other)' and, in row \(number + 1), as '\(label)'")
        }
        repeated.add(name)
        continue
      }
      if !isThere(name) { missing.add("row \(number + 1): '\(name)'") }
      classOf[name] = label
      order.append((name, label))
    }
    if let first = missing.first {
      throw FormatError(
        path: path, expected: "paths of files, relative to the list",
        found: "\(first), which is not there"
          + (missing.count > 1 ? ", and \(missing.count - 1) more" : ""))
    }
    if let first = repeated.first {
      findings.append(.repeatedLines(count: repeated.count, first: first))
    }
    classes = Self.sorted(Set(order.map(\.label)))
    let numbers = Dictionary(uniqueKeysWithValues: zip(classes, 0..<Int32(classes.count)))
    paths.begin(folder: "")
    for entry in order {
      guard paths.add(name: entry.name.utf8) else {
        throw FormatError(path: path, expected: "names of at most 4 GB", found: "more")
      }
      labels.append(numbers[entry.label]!)
    }
    guard !order.isEmpty else {
      throw FormatError(path: path, expected: "a path and a label a line", found: "no such line")
    }
  }

  private static func rows(of path: String) throws -> [[String]] {
    var bytes = try InputFile.contents(of: path, limit: maximumBytes)
    // Spreadsheets put a byte order mark before everything.
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { bytes.removeFirst(3) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw FormatError(path: path, expected: "a list in UTF-8", found: "bytes that are none")
    }
    // The library reads on to the end of a file for the end of a quotation.
    let quotes = bytes.count { $0 == UInt8(ascii: "\"") }
    guard quotes % 2 == 0 else {
      throw FormatError(
        path: path, expected: "quotation marks in pairs", found: "\(quotes) of them")
    }
    do {
      let table = try EnumeratedCSV(string: text, delimiter: .comma, loadColumns: false)
      return [table.header] + table.rows
    } catch CSVParseError.quotation(let message) {
      throw FormatError(path: path, expected: "quoted fields as CSV has them", found: message)
    } catch {
      throw FormatError(path: path, expected: "a list as CSV", found: "\(error)")
    }
  }

  private static func columns(_ first: [String], isFile: (String) -> Bool) -> (
    path: Int, label: Int, isNamed: Bool
  ) {
    guard let start = first.first, !isFile(start) else { return (0, 1, false) }
    let names = first.map { $0.lowercased() }
    let path = names.firstIndex(where: pathNames.contains)
    let label = names.firstIndex(where: labelNames.contains)
    guard path != nil || label != nil else { return (0, 1, false) }
    let place = path ?? (label == 0 ? 1 : 0)
    return (place, label ?? (place == 0 ? 1 : 0), true)
  }

  private static func sorted(_ labels: Set<String>) -> [String] {
    let numbers = labels.map { Int($0) }
    guard numbers.contains(nil) else {
      return labels.sorted { (Int($0)!, $0) < (Int($1)!, $1) }
    }
    return labels.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
