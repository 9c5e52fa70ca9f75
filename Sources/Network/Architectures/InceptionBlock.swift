/// Channels of an inception block of GoogLeNet and Inception V2: of the branch of one convolution; within and
/// at the end of the other two; after the pooling.
struct InceptionBlock {
  let name: String
  let single: Int
  let first: (inner: Int, outer: Int)
  let second: (inner: Int, outer: Int)
  let pooled: Int
  /// Whether Inception V2 pools the largest, and not the mean.
  let poolsLargest: Bool

  init(
    _ name: String, _ single: Int, _ first: (inner: Int, outer: Int),
    _ second: (inner: Int, outer: Int), _ pooled: Int, poolsLargest: Bool = false
  ) {
    self.name = name
    self.single = single
    self.first = first
    self.second = second
    self.pooled = pooled
    self.poolsLargest = poolsLargest
  }
}
