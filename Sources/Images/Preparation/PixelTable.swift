/// The numbers that bytes become before a network reads them: one table for all channels of an image, or
/// one for each, in the network's order of channels. Callable from any thread.
package struct PixelTable: Sendable {
  /// 256 numbers a channel.
  private let levels: [[Float]]
  private let channels: Int
  /// Whether channels are read from the last to the first.
  private let isTurned: Bool

  /// - Parameter channels: of the images, red first. Images of other numbers of channels than pictures
  ///   have can be served where one number stands for all of them.
  /// - Returns: `nil` where mean or deviation are of another number of channels.
  package init?(_ preparation: ImagePreparation, channels: Int) {
    let isPlain = preparation.mean.count <= 1 && preparation.deviation.count <= 1
    guard isPlain || preparation.fits(channels: channels) else { return nil }
    levels = preparation.levels(channels: isPlain ? 1 : channels)
    isTurned = preparation.channelOrder == .bgr && channels == 3
    self.channels = channels
  }

  /// Writes `count` bytes of an image, its channels last, as the network reads them.
  package func write(
    _ bytes: UnsafePointer<UInt8>, count: Int, into values: UnsafeMutablePointer<Float>
  ) {
    guard levels.count > 1 || isTurned else {
      levels[0].withUnsafeBufferPointer { levels in
        for place in 0..<count { values[place] = levels[Int(bytes[place])] }
      }
      return
    }
    for channel in 0..<channels {
      let source = bytes + (isTurned ? channels - 1 - channel : channel)
      levels[levels.count == 1 ? 0 : channel].withUnsafeBufferPointer { levels in
        for place in stride(from: 0, to: count, by: channels) {
          values[place + channel] = levels[Int(source[place])]
        }
      }
    }
  }
}
