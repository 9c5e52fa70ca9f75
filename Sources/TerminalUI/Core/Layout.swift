/// How long one part of a split rectangle is.
package enum Extent: Sendable, Equatable {
  /// So many cells, while they last.
  case fixed(Int)
  /// A share of what fixed parts leave, by weight, at least `minimum` cells.
  case share(Int, minimum: Int = 0)
}

package enum Axis: Sendable, Equatable {
  case horizontal, vertical
}

extension Rect {
  /// Cuts the rectangle along an axis. The parts follow each other without gaps and never leave it:
  /// where room is short, the last parts lose theirs first.
  package func split(_ axis: Axis, _ extents: [Extent]) -> [Rect] {
    let total = axis == .horizontal ? width : height
    var lengths = Self.lengths(of: extents, total: total)
    var offset = 0
    for index in lengths.indices {
      lengths[index] = min(lengths[index], total - offset)
      offset += lengths[index]
    }
    offset = 0
    return lengths.map { length in
      defer { offset += length }
      return axis == .horizontal
        ? Rect(x: x + offset, y: y, width: length, height: height)
        : Rect(x: x, y: y + offset, width: width, height: length)
    }
  }

  /// Lengths before the cut at the end. Shares held up by their minimum take part no more.
  private static func lengths(of extents: [Extent], total: Int) -> [Int] {
    var lengths = [Int](repeating: 0, count: extents.count)
    var weights = [Int](repeating: 0, count: extents.count)
    var room = total
    for (index, extent) in extents.enumerated() {
      switch extent {
      case .fixed(let length):
        lengths[index] = max(0, length)
        room -= lengths[index]
      case .share(let weight, _): weights[index] = max(0, weight)
      }
    }
    var open = weights.indices.filter { weights[$0] > 0 }
    var settled = false
    while !settled {
      settled = true
      let weight = open.reduce(0) { $0 + weights[$1] }
      for index in open {
        guard case .share(_, let minimum) = extents[index] else { continue }
        if max(0, room) * weights[index] / max(1, weight) < minimum {
          lengths[index] = minimum
          room -= minimum
          open.removeAll { $0 == index }
          settled = false
          break
        }
      }
    }
    var weight = open.reduce(0) { $0 + weights[$1] }
    room = max(0, room)
    for index in open {
      lengths[index] = room * weights[index] / weight
      room -= lengths[index]
      weight -= weights[index]
    }
    return lengths
  }
}
