import Files
import TerminalUI

/// Rows of text as columns of one width, for a terminal: what the cells say comes from files.
enum TextTable {
  static func lines(_ rows: [[String]]) -> [String] {
    let rows = rows.map { row in row.map { printable($0) } }
    guard let first = rows.first else { return [] }
    let widths = first.indices.map { column in
      rows.map { TextWidth.columns($0[column]) }.max() ?? 0
    }
    return rows.map { row in
      let line = zip(row, widths)
        .map { $0 + String(repeating: " ", count: $1 - TextWidth.columns($0)) }
        .joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }
}
