/// A run of text in one style.
package struct Span: Hashable, Sendable {
  package var text: String
  package var style: Style

  package init(_ text: String, _ style: Style = Style()) {
    self.text = text
    self.style = style
  }
}

/// One line of spans.
package struct StyledText: Hashable, Sendable, ExpressibleByArrayLiteral,
  ExpressibleByStringLiteral
{
  package var spans: [Span]

  package init(_ spans: [Span] = []) { self.spans = spans }
  package init(_ text: String, _ style: Style = Style()) { spans = [Span(text, style)] }
  package init(arrayLiteral elements: Span...) { spans = elements }
  package init(stringLiteral value: String) { spans = [Span(value)] }

  package var isEmpty: Bool { spans.allSatisfy { $0.text.isEmpty } }
  package var plain: String { spans.map(\.text).joined() }
  /// Columns it takes.
  package var columns: Int { spans.reduce(0) { $0 + TextWidth.columns($1.text) } }

  package mutating func append(_ text: String, _ style: Style = Style()) {
    spans.append(Span(text, style))
  }

  package static func + (a: StyledText, b: StyledText) -> StyledText {
    StyledText(a.spans + b.spans)
  }

  /// Cut to `columns`, with `ellipsis` in the style of the span that was cut.
  package func truncated(columns limit: Int, ellipsis: String = "…") -> StyledText {
    guard columns > limit else { return self }
    var result = StyledText()
    var room = limit
    for span in spans {
      let width = TextWidth.columns(span.text)
      // A span that would fill the line to its last column leaves no place for the ellipsis.
      if width < room {
        result.spans.append(span)
        room -= width
      } else {
        let text = TextWidth.truncated(span.text + "\u{a0}", columns: room, ellipsis: ellipsis)
        result.spans.append(Span(text, span.style))
        break
      }
    }
    return result
  }
}
