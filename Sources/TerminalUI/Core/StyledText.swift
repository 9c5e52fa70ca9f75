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

  /// With the spans of one style in another.
  package func restyled(_ old: Style, as new: Style) -> StyledText {
    StyledText(spans.map { Span($0.text, $0.style == old ? new : $0.style) })
  }

  /// Cut to `columns` in the middle: for names, whose ends tell them apart.
  package func truncatedInMiddle(columns limit: Int, ellipsis: String = "…") -> StyledText {
    let room = limit - TextWidth.columns(ellipsis)
    guard columns > limit, room > 0 else { return truncated(columns: limit, ellipsis: ellipsis) }
    let cells = spans.flatMap { span in
      span.text.unicodeScalars.map {
        (text: String($0), width: TextWidth.columns($0) ?? 0, style: span.style)
      }
    }
    let tailRoom = room * 2 / 5
    var start = cells.count
    var tail = 0
    while start > 0, tail + cells[start - 1].width <= tailRoom {
      start -= 1
      tail += cells[start].width
    }
    var end = 0
    var head = 0
    while end < start, head + cells[end].width <= room - tail {
      head += cells[end].width
      end += 1
    }
    let style = end > 0 ? cells[end - 1].style : Style()
    let kept = cells[..<end].map { Span($0.text, $0.style) }
    return StyledText(
      kept + [Span(ellipsis, style)] + cells[start...].map { Span($0.text, $0.style) })
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
