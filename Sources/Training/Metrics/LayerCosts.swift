/// What each layer costs: its share of a step's time, and what it keeps from forward to backward.
///
/// One step a second is measured, which slows training by less than anyone can measure, and no number
/// depends on it. Layers that run as one count as the first of them.
struct LayerCosts {
  private static let interval = Duration.seconds(1)
  /// The median of so many steps is shown: other programs take the processor now and then.
  private static let length = 5

  private let profile = PlanProfile()
  private var dueAt: ContinuousClock.Instant?
  /// The first step after a change touches new memory, and is not measured.
  private var skips = 1
  /// Seconds of the steps measured last, by layer, the oldest first.
  private var seconds: [[String: Double]] = []
  private var kept: [String: Int] = [:]

  /// What a step that begins now is to be measured with; `nil` for most of them.
  mutating func profile(at now: ContinuousClock.Instant) -> PlanProfile? {
    if skips > 0 {
      skips -= 1
      return nil
    }
    if let dueAt, now < dueAt { return nil }
    dueAt = now + Self.interval
    profile.reset()
    return profile
  }

  /// The step for which `profile(at:)` gave a profile is done.
  mutating func note() {
    var step: [String: Double] = [:]
    kept = [:]
    for entry in profile.entries {
      step[entry.name, default: 0] += entry.total
      kept[entry.name, default: 0] += entry.keptCount
    }
    if seconds.count == Self.length { seconds.removeFirst() }
    seconds.append(step)
  }

  /// Another plan is made: what was measured holds no longer.
  mutating func begin() {
    seconds = []
    kept = [:]
    dueAt = nil
    skips = 1
  }

  /// Of a step; `nil` where the layer does not run by itself.
  func milliseconds(of layer: String) -> Double? {
    let times = seconds.compactMap { $0[layer] }.sorted()
    return times.isEmpty ? nil : times[times.count / 2] * 1000
  }

  /// Floats that the layer keeps from forward to backward; `nil` before the first measurement.
  func keptCount(of layer: String) -> Int? { seconds.isEmpty ? nil : kept[layer] ?? 0 }
}
