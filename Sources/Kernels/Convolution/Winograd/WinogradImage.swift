/// One side of a convolution, `[batch, height, width, channels]`, seen through square windows that
/// may reach beyond an image.
///
/// A window that lies inside, of whole vectors of channels, is used where it is. Any other is a
/// patch: a copy with zeros around it and behind its last channel.
struct WinogradImage {
  let height: Int
  let width: Int
  let channels: Int

  /// Where a window lies, and which channels are wanted of it.
  struct Window {
    var image: Int
    var y: Int
    var x: Int
    /// Rows, and columns.
    var size: Int
    var channels: Range<Int>

    /// Channels as they lie in a patch: whole vectors.
    var paddedChannels: Int { (channels.count &+ lanes &- 1) / lanes &* lanes }
    /// Floats of a patch.
    var patchCount: Int { size &* size &* paddedChannels }
  }

  /// Where a window's values are.
  struct Pixels<Pointer> {
    var pointer: Pointer
    /// Floats from one row to the next.
    var row: Int
    /// Floats from one column to the next.
    var column: Int
  }

  /// The values of a window, to be read.
  @inline(__always)
  func read(
    _ window: Window, of data: UnsafePointer<Float>, patch: UnsafeMutablePointer<Float>
  ) -> Pixels<UnsafePointer<Float>> {
    if isWhole(window) {
      return Pixels(
        pointer: data + offset(window, 0, 0), row: width &* channels, column: channels)
    }
    fill(patch, with: window, of: data)
    let padded = window.paddedChannels
    return Pixels(pointer: UnsafePointer(patch), row: window.size &* padded, column: padded)
  }

  /// Where to write the values of a window; `keep` must follow.
  @inline(__always)
  func write(
    _ window: Window, of data: UnsafeMutablePointer<Float>, patch: UnsafeMutablePointer<Float>
  ) -> Pixels<UnsafeMutablePointer<Float>> {
    if isWhole(window) {
      return Pixels(
        pointer: data + offset(window, 0, 0), row: width &* channels, column: channels)
    }
    let padded = window.paddedChannels
    return Pixels(pointer: patch, row: window.size &* padded, column: padded)
  }

  /// Copies what was written to a patch into the image, as far as it lies inside.
  @inline(__always)
  func keep(
    _ window: Window, in data: UnsafeMutablePointer<Float>, patch: UnsafePointer<Float>
  ) {
    if !isWhole(window) {
      forEachRun(window) { (data + $0).update(from: patch + $1, count: $2) }
    }
  }

  @inline(never)
  private func fill(
    _ patch: UnsafeMutablePointer<Float>, with window: Window, of data: UnsafePointer<Float>
  ) {
    patch.update(repeating: 0, count: window.patchCount)
    forEachRun(window) { (patch + $1).update(from: data + $0, count: $2) }
  }

  @inline(__always)
  private func isWhole(_ w: Window) -> Bool {
    w.y >= 0 && w.x >= 0 && w.y &+ w.size <= height && w.x &+ w.size <= width
      && w.channels.count & (lanes - 1) == 0
  }

  @inline(__always)
  private func offset(_ w: Window, _ row: Int, _ column: Int) -> Int {
    ((w.image &* height &+ w.y &+ row) &* width &+ w.x &+ column) &* channels
      &+ w.channels.lowerBound
  }

  /// Calls `body(place in the data, place in the patch, count)` for each contiguous run of a
  /// window's values that lie inside the image.
  @inline(__always)
  private func forEachRun(_ w: Window, _ body: (Int, Int, Int) -> Void) {
    let firstRow = max(0, -w.y)
    let firstColumn = max(0, -w.x)
    let rows = min(w.size, height - w.y) - firstRow
    let columns = min(w.size, width - w.x) - firstColumn
    guard rows > 0, columns > 0 else { return }
    let padded = w.paddedChannels
    for row in firstRow..<firstRow + rows {
      let place = offset(w, row, firstColumn)
      let inPatch = (row * w.size + firstColumn) * padded
      if padded == channels {
        body(place, inPatch, columns * channels)
      } else {
        for column in 0..<columns {
          body(place + column * channels, inPatch + column * padded, w.channels.count)
        }
      }
    }
  }
}
