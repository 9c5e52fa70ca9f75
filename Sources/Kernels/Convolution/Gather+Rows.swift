extension Gather {
  /// Writes the source values that the given positions meet: one row of `tapRows[taps]` × channels
  /// for each, zeros where a tap lies outside (im2col).
  ///
  /// - Parameters:
  ///   - source: the image batch, from the first channel wanted on.
  ///   - channels: how many to copy of each source position.
  ///   - rowStride: from one row of `target` to the next.
  func copyRows(
    positions: Range<Int>, taps: Range<Int>, source: UnsafePointer<Float>, channels: Int,
    target: UnsafeMutablePointer<Float>, rowStride: Int
  ) {
    let plane = gridHeight * gridWidth
    var image = positions.lowerBound / plane
    var i = positions.lowerBound % plane / gridWidth
    var j = positions.lowerBound % gridWidth
    var row = target
    for _ in positions {
      let y = i * sourceStepHeight
      let x = j * sourceStepWidth
      var to = row
      for index in taps {
        let tap = tapRows[index]
        let sourceY = y + tap.dy
        if sourceY >= 0, sourceY < sourceHeight {
          let line = source + (image * sourceHeight + sourceY) * sourceWidth * sourceChannels
          copyTaps(tap, x: x + tap.dx, channels: channels, line: line, target: to)
        } else {
          zeroRun(to, tap.count * channels)
        }
        to += tap.count * channels
      }
      row += rowStride
      j += 1
      if j == gridWidth {
        j = 0
        i += 1
        if i == gridHeight {
          i = 0
          image += 1
        }
      }
    }
  }

  /// One tap row of one position, out of one line of the source.
  @inline(__always)
  private func copyTaps(
    _ tap: TapRow, x: Int, channels: Int, line: UnsafePointer<Float>,
    target: UnsafeMutablePointer<Float>
  ) {
    let count = tap.count
    let step = tap.dxStep
    if step == 1 && channels == sourceChannels {
      // Side by side in memory: what lies inside is one run.
      let first = min(max(-x, 0), count)
      let last = max(first, min(count, sourceWidth - x))
      zeroRun(target, first * channels)
      copyRun(
        line + (x + first) * channels, target + first * channels, (last - first) * channels)
      zeroRun(target + last * channels, (count - last) * channels)
    } else {
      for k in 0..<count {
        let column = x + k * step
        if column >= 0 && column < sourceWidth {
          copyRun(line + column * sourceChannels, target + k * channels, channels)
        } else {
          zeroRun(target + k * channels, channels)
        }
      }
    }
  }
}
