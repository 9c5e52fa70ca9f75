extension Picture {
  /// The picture at another size, or a part of that: the same bits as Pillow's `resize`, whose two
  /// passes, columns first, both round to 8 bits.
  ///
  /// - Parameters:
  ///   - source: the part of this picture that is resized; `nil`: all of it. Nothing beyond it is seen.
  ///   - window: the part of the result that is wanted; `nil`: all of it.
  package func resized(
    _ source: PixelRectangle? = nil, width: Int, height: Int, window: PixelRectangle? = nil,
    _ interpolation: Interpolation
  ) -> Picture {
    let region = PictureRegion(self, source)
    let window = window ?? PixelRectangle(x: 0, y: 0, width: width, height: height)
    precondition(
      window.x >= 0 && window.y >= 0 && window.x + window.width <= width
        && window.y + window.height <= height, "\(window) of \(width)×\(height)")
    let columns = window.x..<(window.x + window.width)
    let rows = window.y..<(window.y + window.height)
    if interpolation == .nearest || (region.width, region.height) == (width, height) {
      return picked(
        region, Self.nearest(region.width, width, columns),
        Self.nearest(region.height, height, rows))
    }
    let vertical =
      region.height == height
      ? nil : FilterTaps(source: region.height, target: height, window: rows, interpolation)
    let horizontal =
      region.width == width
      ? nil : FilterTaps(source: region.width, target: width, window: columns, interpolation)
    let neededRows = vertical?.sourceRange ?? rows
    let neededColumns = horizontal?.sourceRange ?? columns
    guard let horizontal else {
      return vertical!.filterRows(region, columns: neededColumns)
    }
    guard let vertical else { return region.filteredColumns(horizontal, rows: neededRows) }
    // As Pillow orders the passes since version 13; before, columns always came first, which
    // differs by a level.
    if region.height > height, region.height - height > 2 * (region.width - width) {
      let low = vertical.filterRows(region, columns: neededColumns)
      return PictureRegion(low).filteredColumns(horizontal, from: neededColumns.lowerBound)
    }
    let narrow = region.filteredColumns(horizontal, rows: neededRows)
    return vertical.filterRows(PictureRegion(narrow), from: neededRows.lowerBound)
  }

  /// Where each output pixel is taken from: Pillow adds up steps, and so do we.
  private static func nearest(_ source: Int, _ target: Int, _ window: Range<Int>) -> [Int] {
    let step = Double(source) / Double(target)
    var place = step * 0.5
    var places: [Int] = []
    for output in 0..<window.upperBound {
      if output >= window.lowerBound { places.append(min(Int(place), source - 1)) }
      place += step
    }
    return places
  }

  private func picked(_ region: PictureRegion, _ columns: [Int], _ rows: [Int]) -> Picture {
    let channels = channels
    let stride = stride
    return region.withPixels { source in
      Picture(width: columns.count, height: rows.count, channels: channels) { target in
        var place = 0
        for row in rows {
          for column in columns {
            let pixel = source + row * stride + column * channels
            for channel in 0..<channels { target[place + channel] = pixel[channel] }
            place += channels
          }
        }
      }
    }
  }

}

extension FilterTaps {
  /// The vertical pass: every output row is a sum of rows.
  /// - Parameters:
  ///   - columns: those that are wanted; `nil`: all.
  ///   - first: the source row that is the region's first.
  fileprivate func filterRows(
    _ region: PictureRegion, columns: Range<Int>? = nil, from first: Int = 0
  ) -> Picture {
    let channels = region.picture.channels
    let stride = region.picture.stride
    let columns = columns ?? 0..<region.width
    let count = columns.count * channels
    return region.withPixels { source in
      Picture(width: columns.count, height: starts.count, channels: channels) { target in
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: count) { sums in
          for row in starts.indices {
            Self.sumRows(
              source + (starts[row] - first) * stride + columns.lowerBound * channels,
              stride: stride, count: count, taps: counts[row], weights: weights,
              from: row * width, sums: sums.baseAddress!,
              into: target.baseAddress! + row * count)
          }
        }
      }
    }
  }

  private static func sumRows(
    _ source: UnsafePointer<UInt8>, stride: Int, count: Int, taps: Int, weights: [Int32],
    from: Int, sums: UnsafeMutablePointer<Int32>, into target: UnsafeMutablePointer<UInt8>
  ) {
    weights.withUnsafeBufferPointer { all in
      let weights = all.baseAddress! + from
      for i in 0..<count { sums[i] = FilterTaps.half }
      var tap = 0
      // Two rows at a time: half the traffic of the sums.
      while tap + 1 < taps {
        let (a, b) = (source + tap * stride, source + (tap + 1) * stride)
        let (p, q) = (weights[tap], weights[tap + 1])
        for i in 0..<count {
          sums[i] = sums[i] &+ Int32(a[i]) &* p &+ Int32(b[i]) &* q
        }
        tap += 2
      }
      if tap < taps {
        let a = source + tap * stride
        let p = weights[tap]
        for i in 0..<count { sums[i] = sums[i] &+ Int32(a[i]) &* p }
      }
      for i in 0..<count {
        target[i] = UInt8(
          truncatingIfNeeded: max(0, min(255, sums[i] >> Int32(FilterTaps.precisionBits))))
      }
    }
  }
}

extension PictureRegion {
  /// The horizontal pass: every output pixel is a sum of its neighbours in the row.
  /// - Parameters:
  ///   - rows: those that are wanted; `nil`: all.
  ///   - first: the source column that is the region's first.
  fileprivate func filteredColumns(
    _ taps: FilterTaps, rows: Range<Int>? = nil, from first: Int = 0
  ) -> Picture {
    let rows = rows ?? 0..<height
    let stride = picture.stride
    let channels = picture.channels
    let count = taps.starts.count
    return withPixels { source in
      Picture(width: count, height: rows.count, channels: channels) { target in
        taps.weights.withUnsafeBufferPointer { weights in
          var row = 0
          let output = target.baseAddress!
          while row < rows.count {
            let input = source + (rows.lowerBound + row) * stride - first * channels
            let result = output + row * count * channels
            if channels == 3, row + 1 < rows.count {
              Self.colourRows(input, stride, result, count * 3, taps, weights.baseAddress!)
              row += 2
            } else {
              Self.row(input, channels, result, taps, weights.baseAddress!)
              row += 1
            }
          }
        }
      }
    }
  }

  /// Two rows of three channels: red, green and blue in one vector, with a neighbour's byte that
  /// is thrown away.
  private static func colourRows(
    _ source: UnsafePointer<UInt8>, _ stride: Int, _ target: UnsafeMutablePointer<UInt8>,
    _ targetStride: Int, _ taps: FilterTaps, _ weights: UnsafePointer<Int32>
  ) {
    for place in taps.starts.indices {
      let weights = weights + place * taps.width
      var pixel = source + taps.starts[place] * 3
      var above = SIMD4<Int32>(repeating: FilterTaps.half)
      var below = above
      for tap in 0..<taps.counts[place] {
        let weight = SIMD4<Int32>(repeating: weights[tap])
        above = above &+ Self.pixel(pixel) &* weight
        below = below &+ Self.pixel(pixel + stride) &* weight
        pixel += 3
      }
      Self.store(above, target + place * 3)
      Self.store(below, target + targetStride + place * 3)
    }
  }

  @_transparent
  private static func pixel(_ pointer: UnsafePointer<UInt8>) -> SIMD4<Int32> {
    let word = UnsafeRawPointer(pointer).loadUnaligned(as: UInt32.self)
    return SIMD4<Int32>(truncatingIfNeeded: unsafeBitCast(word, to: SIMD4<UInt8>.self))
  }

  @_transparent
  private static func store(_ sum: SIMD4<Int32>, _ target: UnsafeMutablePointer<UInt8>) {
    for channel in 0..<3 { target[channel] = byte(sum[channel]) }
  }

  @_transparent
  private static func byte(_ sum: Int32) -> UInt8 {
    UInt8(truncatingIfNeeded: max(0, min(255, sum >> Int32(FilterTaps.precisionBits))))
  }

  /// One row of any number of channels.
  private static func row(
    _ source: UnsafePointer<UInt8>, _ channels: Int, _ target: UnsafeMutablePointer<UInt8>,
    _ taps: FilterTaps, _ weights: UnsafePointer<Int32>
  ) {
    for place in taps.starts.indices {
      let weights = weights + place * taps.width
      let start = source + taps.starts[place] * channels
      for channel in 0..<channels {
        var sum = FilterTaps.half
        for tap in 0..<taps.counts[place] {
          sum = sum &+ Int32(start[tap * channels + channel]) &* weights[tap]
        }
        target[place * channels + channel] = byte(sum)
      }
    }
  }
}
