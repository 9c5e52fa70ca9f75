import TerminalUI

/// Where the parts of the runs screen lie; one without room is empty.
struct RunsLayout: Sendable, Equatable {
  var list: Rect
  var curves = Rect(x: 0, y: 0, width: 0, height: 0)
  var details = Rect(x: 0, y: 0, width: 0, height: 0)
  /// What is searched for, or what was said last.
  var line: Rect

  init(_ screen: RunsScreen, _ body: Rect) {
    let bands = body.split(.vertical, [.share(1), .fixed(1)])
    line = bands[1].inset(columns: 1, rows: 0)
    let area = bands[0]
    if area.width >= 110 {
      let sides = area.split(.horizontal, [.share(56), .share(44)])
      list = sides[0]
      if screen.showsDetails {
        details = sides[1]
      } else {
        let parts = sides[1].split(.vertical, [.share(1), .share(1)])
        (curves, details) = (parts[0], parts[1])
      }
      return
    }
    let parts = area.split(.vertical, [.share(1), .share(1)])
    list = parts[0]
    if screen.showsDetails {
      details = parts[1]
    } else if area.width >= Shared.narrow {
      let halves = parts[1].split(.horizontal, [.share(54), .share(46)])
      (curves, details) = (halves[0], halves[1])
    } else {
      curves = parts[1]
    }
  }
}
