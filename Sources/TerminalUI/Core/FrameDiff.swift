/// What must be written to a terminal that shows one frame so that it shows another.
package struct FrameDiff: Sendable {
  /// Neighbouring cells of one row.
  package struct Run: Hashable, Sendable {
    package var x: Int
    package var y: Int
    /// The number of columns.
    package var count: Int

    package init(x: Int, y: Int, count: Int) {
      self.x = x
      self.y = y
      self.count = count
    }
  }

  /// From top to bottom, left to right.
  package let runs: [Run]

  package var isEmpty: Bool { runs.isEmpty }
  /// Columns to write.
  package var columns: Int { runs.reduce(0) { $0 + $1.count } }

  /// - Parameter shown: what the terminal shows; `nil` where that is not known.
  package init(from shown: Frame?, to next: Frame) {
    guard let shown, shown.size == next.size else {
      runs = (0..<next.size.height).compactMap {
        next.size.width > 0 ? Run(x: 0, y: $0, count: next.size.width) : nil
      }
      return
    }
    var runs: [Run] = []
    let width = next.size.width
    for y in 0..<next.size.height {
      var current: Run?
      for x in 0..<width {
        let index = y * width + x
        guard !shown.cells[index].looksLike(next.cells[index]) else { continue }
        // Half of a wide character cannot be written alone.
        var start = x
        if next.cells[index].width == 0, x > 0 { start = x - 1 }
        let end = next.cells[index].width == 2 ? x + 2 : x + 1
        // To write a few cells again is shorter than to move the cursor, unless they have a style of
        // their own.
        if let run = current, Self.bridges(from: run.x + run.count, to: start, y, next) {
          current?.count = max(run.count, min(end, width) - run.x)
        } else {
          if let run = current { runs.append(run) }
          current = Run(x: start, y: y, count: min(end, width) - start)
        }
      }
      if let run = current { runs.append(run) }
    }
    self.runs = runs
  }

  private static let bridge = 3

  private static func bridges(from end: Int, to start: Int, _ y: Int, _ frame: Frame) -> Bool {
    guard start - end <= bridge else { return false }
    let style = frame[end - 1, y].style
    return start <= end || (end..<start).allSatisfy { frame[$0, y].style == style }
  }
}
