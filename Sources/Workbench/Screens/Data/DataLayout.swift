import TerminalUI

/// Where the parts of the data screen lie; one without room is empty.
struct DataLayout: Sendable, Equatable {
  var classes = Rect(x: 0, y: 0, width: 0, height: 0)
  var notes = Rect(x: 0, y: 0, width: 0, height: 0)
  var content = Rect(x: 0, y: 0, width: 0, height: 0)
  /// What was said last.
  var line: Rect

  /// Columns from which classes and pictures always stand beside each other.
  private static let wide = 100

  init(_ screen: DataScreen, _ body: Rect) {
    let bands = body.split(.vertical, [.share(1), .fixed(1)])
    line = bands[1].inset(columns: 1, rows: 0)
    let area = bands[0]
    guard area.width >= Self.wide || screen.focus != .content else {
      content = area
      return
    }
    let left: Rect
    if area.width >= Shared.narrow {
      let width = area.width >= Self.wide ? min(area.width * 2 / 5, 56) : 34
      let sides = area.split(.horizontal, [.fixed(width), .share(1)])
      (left, content) = (sides[0], sides[1])
    } else {
      left = area
    }
    // The classes take what they need, up to half; the notes have the rest.
    let rows = max(screen.classes.count, 1) + 3
    let height = min(rows, max(left.height / 2, 5))
    let parts = left.split(.vertical, [.fixed(height), .share(1)])
    (classes, notes) = (parts[0], parts[1])
  }

  /// Within the border of the content, above the line that says what is selected.
  var inside: Rect { content.inset(columns: 1, rows: 1) }

  var classRows: Int { max(classes.height - 3, 0) }
}
