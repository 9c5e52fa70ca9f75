/// Puts zeros, or another value, around images: `[batch, height, width, channels]` to
/// `[batch, top + height + bottom, left + width + right, channels]`. Negative amounts cut off.
package enum ZeroPadding {
  package static func forward(
    batch: Int, height: Int, width: Int, channels: Int, padding: Padding, value: Float = 0,
    input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    let rowCount = (padding.left + width + padding.right) * channels
    let outputHeight = padding.top + height + padding.bottom
    let before = max(padding.left, 0) * channels
    let after = max(padding.right, 0) * channels
    let skipped = max(-padding.left, 0) * channels
    pool.parallelFor(batch * outputHeight) { tile, _ in
      let row = output + tile * rowCount
      let y = tile % outputHeight - padding.top
      guard y >= 0, y < height else { return row.update(repeating: value, count: rowCount) }
      let inside = rowCount - before - after
      let source = input + (tile / outputHeight * height + y) * width * channels
      row.update(repeating: value, count: before)
      (row + before).update(from: source + skipped, count: inside)
      (row + before + inside).update(repeating: value, count: after)
    }
  }

  /// Overwrites `inputGradient`: what lies inside the padding, and 0 for what is cut off.
  package static func backward(
    batch: Int, height: Int, width: Int, channels: Int, padding: Padding,
    outputGradient: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>,
    pool: WorkerPool
  ) {
    let back = Padding(
      top: -padding.top, bottom: -padding.bottom, left: -padding.left, right: -padding.right)
    forward(
      batch: batch, height: padding.top + height + padding.bottom,
      width: padding.left + width + padding.right, channels: channels, padding: back,
      input: outputGradient, output: inputGradient, pool: pool)
  }
}
