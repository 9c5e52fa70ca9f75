/// Training images per second and the share of time spent waiting for them, over the last second or so of steps.
struct ThroughputMeter {
  private static let windowSeconds = 1.0
  private static let most = 512
  private var steps: [(seconds: Double, waited: Double, images: Int)] = []

  /// - Parameters:
  ///   - seconds: of one step.
  ///   - waited: those of them in which the step waited for its images.
  mutating func note(images: Int, seconds: Double, waited: Double) {
    steps.append((seconds, waited, images))
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

  /// 0…1; 0 before the first step.
  var waitingShare: Double {
    let seconds = steps.reduce(0) { $0 + $1.seconds }
    return seconds > 0 ? min(1, steps.reduce(0) { $0 + $1.waited } / seconds) : 0
  }
}
