/// Training images per second, over the last second or so of steps.
struct ThroughputMeter {
  private static let windowSeconds = 1.0
  private static let most = 512
  private var steps: [(seconds: Double, images: Int)] = []

  /// - Parameter seconds: of one step.
  mutating func note(images: Int, seconds: Double) {
    steps.append((seconds, images))
    var total = steps.reduce(0) { $0 + $1.seconds }
    var dropped = 0
    while steps.count - dropped > 2,
      total - steps[dropped].seconds > Self.windowSeconds || steps.count - dropped > Self.most
    {
      total -= steps[dropped].seconds
      dropped += 1
    }
    steps.removeFirst(dropped)
  }

  /// 0 before the first step.
  var imagesPerSecond: Double {
    let seconds = steps.reduce(0) { $0 + $1.seconds }
    return seconds > 0 ? Double(steps.reduce(0) { $0 + $1.images }) / seconds : 0
  }
}
