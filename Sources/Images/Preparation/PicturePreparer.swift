/// Makes what a network reads of pictures: one preparation for one size. Callable from any thread.
package struct PicturePreparer: Sendable {
  package let preparation: ImagePreparation
  /// Of what the network reads.
  package let width: Int
  package let height: Int
  /// 1 or 3.
  package let channels: Int
  private let table: PixelTable
  /// What borders are made of, for each of a picture's channels.
  private let border: [UInt8]

  /// - Returns: `nil` where pictures have no such number of channels, or mean and deviation another.
  package init?(_ preparation: ImagePreparation, width: Int, height: Int, channels: Int) {
    guard preparation.fits(channels: channels), width > 0, height > 0,
      let table = PixelTable(preparation, channels: channels)
    else { return nil }
    self.table = table
    self.preparation = preparation
    self.width = width
    self.height = height
    self.channels = channels
    let border = preparation.border(channels: channels)
    self.border = preparation.channelOrder == .bgr ? border.reversed() : border
  }

  /// Numbers of what the network reads.
  package var count: Int { width * height * channels }

  /// The picture as the network sees it, before bytes become numbers: red first.
  package func fitted(_ picture: Picture) -> Picture {
    let picture = picture.withChannels(channels, beforeResizing: true)
    let size = FittedSize(
      of: (picture.width, picture.height), in: (width, height), fit: preparation.fit,
      fraction: preparation.fraction)
    let seen = picture.resized(
      width: size.width, height: size.height, window: size.window, preparation.interpolation)
    return framed(seen.withChannels(channels), left: size.left, top: size.top)
  }

  /// Writes `[height, width, channels]`, in the network's order of channels.
  package func write(_ picture: Picture, into values: UnsafeMutablePointer<Float>) {
    enter(fitted(picture), into: values)
  }

  /// Writes the numbers that the bytes of a picture of the network's own size stand for.
  package func enter(_ picture: Picture, into values: UnsafeMutablePointer<Float>) {
    precondition(
      (picture.width, picture.height, picture.channels) == (width, height, channels),
      "\(picture.width)×\(picture.height)×\(picture.channels)")
    picture.withPixels { table.write($0, count: count, into: values) }
  }

  /// Puts borders around a picture where it is smaller than what the network reads.
  private func framed(_ picture: Picture, left: Int, top: Int) -> Picture {
    guard (picture.width, picture.height) != (width, height) else { return picture }
    return Picture(width: width, height: height, channels: channels) { target in
      for place in 0..<(width * height) {
        for channel in 0..<channels { target[place * channels + channel] = border[channel] }
      }
      picture.withPixels { pixels in
        for row in 0..<picture.height {
          let start = ((top + row) * width + left) * channels
          (target.baseAddress! + start).update(
            from: pixels + row * picture.stride, count: picture.stride)
        }
      }
    }
  }
}

extension Picture {
  /// The picture with so many channels: grey by the weights of ITU-R 601-2, as Pillow has it, colour
  /// by repeating grey.
  /// - Parameter beforeResizing: leaves grey as it is: repeating it later is the same, and less.
  func withChannels(_ wanted: Int, beforeResizing: Bool = false) -> Picture {
    guard channels != wanted, !(beforeResizing && channels < wanted) else { return self }
    return withPixels { source in
      Picture(width: width, height: height, channels: wanted) { target in
        for place in 0..<(width * height) {
          if wanted == 1 {
            let sum =
              UInt32(source[3 * place]) * 19595 + UInt32(source[3 * place + 1]) * 38470
              + UInt32(source[3 * place + 2]) * 7471 + 0x8000
            target[place] = UInt8(truncatingIfNeeded: sum >> 16)
          } else {
            for channel in 0..<3 { target[3 * place + channel] = source[place] }
          }
        }
      }
    }
  }
}
