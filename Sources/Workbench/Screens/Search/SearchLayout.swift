import TerminalUI

/// Where the parts of the search screen lie; one without room is empty.
struct SearchLayout: Sendable, Equatable {
  let list: Rect
  let picture: Rect
  /// The rounds, beside a picture.
  let rounds: Rect
  /// What was said last.
  let line: Rect

  init(_ body: Rect) {
    let bands = body.split(.vertical, [.share(1), .fixed(1)])
    line = bands[1].inset(columns: 1, rows: 0)
    let area = bands[0]
    guard area.width >= 110 else {
      let parts = area.split(.vertical, [.share(1), .share(1)])
      (list, picture) = (parts[0], parts[1])
      rounds = Rect(x: 0, y: 0, width: 0, height: 0)
      return
    }
    let sides = area.split(.horizontal, [.share(54), .share(46)])
    list = sides[0]
    let parts = sides[1].split(.vertical, [.share(3), .share(2)])
    (picture, rounds) = (parts[0], parts[1])
  }
}
