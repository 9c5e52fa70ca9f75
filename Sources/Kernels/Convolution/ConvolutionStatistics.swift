/// The statistics of a convolution's outputs, channel by channel, gathered while they were still in
/// the cache: the batch-norm after it would have to read them all again.
///
/// The parts are the convolution's own tiles of work, which depend on nothing but its geometry.
package struct ConvolutionStatistics {
  let statistics: ChannelStatistics
  /// Output positions of each part.
  let rows: [Int]
}
