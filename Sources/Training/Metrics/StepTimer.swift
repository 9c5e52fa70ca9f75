import EngineInterface

/// How long steps take now, and how long they took before the last change of what is frozen.
struct StepTimer {
  private static let length = 64
  private var recent: [Double] = []
  private var next = 0
  /// The first step after a change makes plans, and is not counted.
  private var skips = 1
  private var before: Times?

  /// Of several steps, in seconds.
  private struct Times {
    let median: Double
    /// From the first quartile to the third.
    let spread: Double
  }

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
    if let times { before = times }
    recent.removeAll(keepingCapacity: true)
    next = 0
    skips = 1
  }

  private var times: Times? {
    guard !recent.isEmpty else { return nil }
    let sorted = recent.sorted()
    let middle = sorted.count / 2
    let median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    return Times(median: median, spread: sorted[sorted.count * 3 / 4] - sorted[sorted.count / 4])
  }

  var stepTime: StepTime {
    var time = StepTime()
    let now = times
    time.beforeMilliseconds = before.map { $0.median * 1000 }
    time.nowMilliseconds = now.map { $0.median * 1000 }
    time.spreadMilliseconds = max(before?.spread ?? 0, now?.spread ?? 0) * 1000
    return time
  }
}
