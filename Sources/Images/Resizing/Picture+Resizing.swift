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
          let sums = UnsafeMutableBufferPointer<Int32>.allocate(capacity: 4 * (count * 3 + 1))
          defer { sums.deallocate() }
          var row = 0
          let output = target.baseAddress!
          while row < rows.count {
            // The last ones of several may be filtered twice: no rest is left over.
            let start = channels == 3 && rows.count >= 4 ? min(row, rows.count - 4) : row
            let input = source + (rows.lowerBound + start) * stride - first * channels
            let result = output + start * count * channels
            if channels == 3, rows.count >= 4 {
              Self.colourRows(
                input, stride, result, taps, weights.baseAddress!, sums: sums.baseAddress!)
              row = start + 4
            } else {
              Self.row(input, channels, result, taps, weights.baseAddress!)
              row += 1
            }
          }
        }
      }
    }
  }

  /// Four rows of three channels: red, green and blue in one vector, with a neighbour's byte that
  /// is thrown away.
  private static func colourRows(
    _ source: UnsafePointer<UInt8>, _ stride: Int, _ target: UnsafeMutablePointer<UInt8>,
    _ taps: FilterTaps, _ weights: UnsafePointer<Int32>, sums sumRows: UnsafeMutablePointer<Int32>
  ) {
    let count = taps.starts.count * 3
    let sumStride = count + 1
    taps.starts.withUnsafeBufferPointer { starts in
      taps.counts.withUnsafeBufferPointer { counts in
        for place in 0..<starts.count {
          var weight = weights + place * taps.width
          let end = weight + counts[place]
          var pixel = source + starts[place] * 3
          var sums = (
            SIMD4<Int32>(repeating: FilterTaps.half), SIMD4<Int32>(repeating: FilterTaps.half),
            SIMD4<Int32>(repeating: FilterTaps.half), SIMD4<Int32>(repeating: FilterTaps.half)
          )
          while weight < end {
            let factor = SIMD4<Int32>(repeating: weight.pointee)
            sums.0 = sums.0 &+ Self.pixel(pixel) &* factor
            sums.1 = sums.1 &+ Self.pixel(pixel + stride) &* factor
            sums.2 = sums.2 &+ Self.pixel(pixel + 2 &* stride) &* factor
            sums.3 = sums.3 &+ Self.pixel(pixel + 3 &* stride) &* factor
            pixel += 3
            weight += 1
          }
          // The fourth number is overwritten by the next pixel's first.
          let output = sumRows + place &* 3
          Self.store(sums.0, output)
          Self.store(sums.1, output + sumStride)
          Self.store(sums.2, output + 2 &* sumStride)
          Self.store(sums.3, output + 3 &* sumStride)
        }
      }
    }
    for row in 0..<4 {
      let (from, to) = (sumRows + row * sumStride, target + row * count)
      for i in 0..<count { to[i] = byte(from[i]) }
    }
  }

  @_transparent
  private static func pixel(_ pointer: UnsafePointer<UInt8>) -> SIMD4<Int32> {
    let bytes = UnsafeRawPointer(pointer).loadUnaligned(as: SIMD4<UInt8>.self)
    return SIMD4<Int32>(truncatingIfNeeded: bytes)
  }

  @_transparent
  private static func store(_ sums: SIMD4<Int32>, _ target: UnsafeMutablePointer<Int32>) {
    UnsafeMutableRawPointer(target).storeBytes(of: sums, as: SIMD4<Int32>.self)
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
