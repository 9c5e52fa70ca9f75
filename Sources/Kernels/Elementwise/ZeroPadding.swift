/// Puts zeros around images: `[batch, height, width, channels]` to
/// `[batch, top + height + bottom, left + width + right, channels]`.
package enum ZeroPadding {
  package static func forward(
    batch: Int, height: Int, width: Int, channels: Int, padding: Padding,
    input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    let rowCount = (padding.left + width + padding.right) * channels
    let outputHeight = padding.top + height + padding.bottom
    pool.parallelFor(batch * outputHeight) { tile, _ in
      let row = output + tile * rowCount
      let y = tile % outputHeight - padding.top
      guard y >= 0, y < height else { return row.update(repeating: 0, count: rowCount) }
      let inside = row + padding.left * channels
      let source = input + (tile / outputHeight * height + y) * width * channels
      row.update(repeating: 0, count: padding.left * channels)
      inside.update(from: source, count: width * channels)
      (inside + width * channels).update(repeating: 0, count: padding.right * channels)
    }
  }

  /// Overwrites `inputGradient`: what lies inside the padding.
  package static func backward(
    batch: Int, height: Int, width: Int, channels: Int, padding: Padding,
    outputGradient: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>,
    pool: WorkerPool
  ) {
    let rowCount = (padding.left + width + padding.right) * channels
    let outputHeight = padding.top + height + padding.bottom
    pool.parallelFor(batch * height) { tile, _ in
      let outputRow = tile / height * outputHeight + padding.top + tile % height
      let source = outputGradient + outputRow * rowCount + padding.left * channels
      (inputGradient + tile * width * channels).update(from: source, count: width * channels)
    }
  }
}
