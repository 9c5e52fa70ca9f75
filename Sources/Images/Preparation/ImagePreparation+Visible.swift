extension ImagePreparation {
  /// What numbers that a network reads look like: the way back from them to bytes, red first. Beyond what
  /// bytes can say they are cut off.
  ///
  /// - Parameters:
  ///   - values: `[height, width, channels]`. Of more than three channels the first three are seen, of two
  ///     the first.
  package func visible(
    _ values: UnsafePointer<Float>, width: Int, height: Int, channels: Int
  ) -> Picture {
    let shown = channels >= 3 ? 3 : 1
    let (factor, offset): (Float, Float) =
      switch pixels {
      case .unit: (255, 0)
      case .bytes: (1, 0)
      case .symmetric: (127.5, 127.5)
      }
    func part(_ numbers: [Float], _ channel: Int, or standard: Float) -> Float {
      numbers.isEmpty ? standard : numbers[min(channel, numbers.count - 1)]
    }
    return Picture(width: width, height: height, channels: shown) { target in
      for channel in 0..<shown {
        let scale = part(deviation, channel, or: 1) * factor
        let shift = part(mean, channel, or: 0) * factor + offset
        let place = shown == 3 && channelOrder == .bgr ? 2 - channel : channel
        for pixel in 0..<(width * height) {
          let value = (values[pixel * channels + channel] * scale + shift).rounded()
          // A number that is none is black.
          target[pixel * shown + place] = value >= 0 ? UInt8(min(value, 255)) : 0
        }
      }
    }
  }
}

extension Picture {
  /// The picture in so many pixels at most either way, in proportion: as large as fits.
  package func fitted(width: Int, height: Int) -> Picture {
    let scale = min(Double(width) / Double(self.width), Double(height) / Double(self.height))
    func side(_ own: Int, _ limit: Int) -> Int {
      max(1, min(limit, Int((Double(own) * scale).rounded())))
    }
    return resized(width: side(self.width, width), height: side(self.height, height), .bilinear)
  }

  /// Red, green and blue of each pixel.
  package var colours: [UInt8] {
    guard channels == 1 else { return bytes }
    return bytes.flatMap { [$0, $0, $0] }
  }
}
