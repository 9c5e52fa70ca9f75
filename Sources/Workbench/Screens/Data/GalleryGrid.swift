import EngineInterface
import TerminalUI

/// Pictures in rows and columns, each with a line under it.
struct GalleryGrid: Sendable, Equatable {
  struct Place: Sendable, Equatable {
    var index: Int
    var picture: Rect
    var caption: Rect
  }

  /// Columns that a picture may have; it has half as many rows, so that it is square.
  private static let widths = stride(from: 8, through: 160, by: 2)
  /// So many are to be seen at once as long as nobody asks for larger ones.
  private static let usualCount = 6

  let area: Rect
  let count: Int
  let width: Int
  let columns: Int
  let rows: Int

  /// - Parameters:
  ///   - enlargement: steps of size more than usual, or fewer.
  init(_ area: Rect, enlargement: Int, count: Int) {
    func fit(_ width: Int) -> (columns: Int, rows: Int) {
      ((area.width + 1) / (width + 1), area.height / (width / 2 + 1))
    }
    let possible = Self.widths.filter { fit($0).columns > 0 && fit($0).rows > 0 }
    let wanted = max(1, min(Self.usualCount, count))
    let usual =
      possible.last { fit($0).columns * fit($0).rows >= wanted } ?? possible.first ?? 0
    var chosen = usual
    // A step is a quarter.
    for _ in 0..<min(abs(enlargement), 20) {
      chosen = enlargement > 0 ? max(chosen + 2, chosen * 5 / 4) : min(chosen - 2, chosen * 4 / 5)
    }
    self.area = area
    self.count = count
    width = possible.last { $0 <= chosen } ?? possible.first ?? 0
    let fitting = width == 0 ? (0, 0) : fit(width)
    (columns, rows) = fitting
  }

  var height: Int { width / 2 }
  /// Of all pictures.
  var rowCount: Int { columns == 0 ? 0 : (count + columns - 1) / columns }

  /// Whether pictures can be so much larger or smaller still.
  static func canChange(_ area: Rect, from enlargement: Int, by step: Int, count: Int) -> Bool {
    GalleryGrid(area, enlargement: enlargement, count: count).width
      != GalleryGrid(area, enlargement: enlargement + step, count: count).width
  }

  /// Where pictures lie from a row on, those that are in view.
  func places(offset: Int) -> [Place] {
    guard columns > 0 else { return [] }
    let gap = columns > 1 ? min(3, (area.width - columns * width) / (columns - 1)) : 0
    let space = rows > 0 ? min(1, (area.height - rows * (height + 1)) / rows) : 0
    return (0..<rows * columns).compactMap { number in
      let index = offset * columns + number
      guard index < count else { return nil }
      let picture = Rect(
        x: area.x + number % columns * (width + gap),
        y: area.y + number / columns * (height + 1 + space), width: width, height: height)
      let caption = Rect(x: picture.x, y: picture.maxY, width: width, height: 1)
      return Place(index: index, picture: picture, caption: caption)
    }
  }
}
