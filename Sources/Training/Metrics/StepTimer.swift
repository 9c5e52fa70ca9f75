import EngineInterface

/// How long steps take now, and how long they took before the last change of what is frozen.
struct StepTimer {
  private static let length = 64
  private var recent: [Double] = []
  private var next = 0
  /// The first step after a change makes plans, and is not counted.
  private var skips = 1
  private var before: Double?

  /// - Parameter seconds: of one step.
  mutating func note(_ seconds: Double) {
    if skips > 0 {
      skips -= 1
    } else if recent.count < Self.length {
      recent.append(seconds)
    } else {
      recent[next] = seconds
      next = (next + 1) % Self.length
    }
  }

  /// What is frozen has changed: what was measured since the last time becomes the time before.
  mutating func begin() {
    if let median { before = median }
    recent.removeAll(keepingCapacity: true)
    next = 0
    skips = 1
  }

  private var median: Double? {
    guard !recent.isEmpty else { return nil }
    let sorted = recent.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  var stepTime: StepTime {
    var time = StepTime()
    time.beforeMilliseconds = before.map { $0 * 1000 }
    time.nowMilliseconds = median.map { $0 * 1000 }
    return time
  }
}
