/// Lines of a CSV file (RFC 4180), as spreadsheets read it.
package enum CommaSeparated {
  package static func line(_ fields: [String]) -> String {
    fields.map(field).joined(separator: ",")
  }

  /// Quoted where it has to be.
  private static func field(_ text: String) -> String {
    let isPlain = !text.utf8.contains { ",\"\n\r".utf8.contains($0) }
    return isPlain ? text : "\"\(text.replacing("\"", with: "\"\""))\""
  }
}
