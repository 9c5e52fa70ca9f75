/// `factor · x + offset` with a factor and an offset for each channel: what a batch-norm with fixed
/// statistics comes to, done to a convolution's sums before they are written.
package struct ChannelAffine {
  package let factor: UnsafePointer<Float>
  package let offset: UnsafePointer<Float>

  package init(factor: UnsafePointer<Float>, offset: UnsafePointer<Float>) {
    self.factor = factor
    self.offset = offset
  }

  /// The same for the channels from `channel` on.
  func from(_ channel: Int) -> ChannelAffine {
    ChannelAffine(factor: factor + channel, offset: offset + channel)
  }
}
