import Files
import TerminalUI

/// Rows of text as columns of one width, for a terminal: what the cells say comes from files.
enum TextTable {
  /// Columns beyond which a cell is cut.
  private static let longest = 48

  /// - Parameter right: the columns that stand at the right: numbers, whose points then meet.
  static func lines(_ rows: [[String]], right: Set<Int> = []) -> [String] {
    let rows = rows.map { row in row.map { cut(printable($0)) } }
    guard let first = rows.first else { return [] }
    let widths = first.indices.map { column in
      rows.map { TextWidth.columns($0[column]) }.max() ?? 0
    }
    return rows.map { row in
      let line = row.indices.map { column in
        let room = String(repeating: " ", count: widths[column] - TextWidth.columns(row[column]))
        return right.contains(column) ? room + row[column] : row[column] + room
      }.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }

  /// Long names in their middle: both what they share and what tells them apart may be either end.
  private static func cut(_ text: String) -> String {
    guard TextWidth.columns(text) > longest else { return text }
    let beginning = TextWidth.truncated(text, columns: longest / 2)
    let rest = longest - TextWidth.columns(beginning)
    return beginning + TextWidth.truncatedAtStart(text, columns: rest, ellipsis: "")
  }
}
