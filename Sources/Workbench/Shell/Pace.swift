import EngineInterface

/// How fast the engine's numbers are read off.
///
/// What a person has asked for, and what has become of it, is shown at once. Numbers that change
/// with every step cannot be read twenty times a second, and each of their digits goes over the
/// line: they are read twice a second. The curves, and how far the run is, move three times a second.
struct Pace: Sendable, Equatable {
  static let numbersSeconds = 0.5
  static let curvesSeconds = 0.35

  /// When they were last read off, in seconds since 1970.
  private(set) var numbersReadAt = -Double.infinity
  private(set) var curvesReadAt = -Double.infinity
  /// Times that something was read off, or changed at once.
  private(set) var pictures = 0
  /// Something of the engine is not shown yet.
  private(set) var isBehind = false

  /// What the screen shows when the engine has come to `next`.
  mutating func show(_ next: EngineView, after shown: EngineView?, at now: Double)
    -> EngineView
  {
    guard let shown, Self.isTraining(shown), Self.isTraining(next) else {
      (numbersReadAt, curvesReadAt) = (now, now)
      if shown.map({ Self.isSame(next, $0) }) != true { pictures += 1 }
      isBehind = false
      return next
    }
    var result = next
    let numbersAreDue = Self.isDue(numbersReadAt, Self.numbersSeconds, now)
    let curvesAreDue = Self.isDue(curvesReadAt, Self.curvesSeconds, now)
    if numbersAreDue { numbersReadAt = now } else { Self.holdNumbers(of: shown, in: &result) }
    if curvesAreDue {
      curvesReadAt = now
    } else {
      Self.holdCurves(of: shown, in: &result)
      // Short epochs would make the two flicker.
      result.state = shown.state
    }
    isBehind = !numbersAreDue || !curvesAreDue
    let isDecided =
      next.lastApplied != shown.lastApplied
      || next.history.edits.count != shown.history.edits.count
    if numbersAreDue || curvesAreDue || isDecided { pictures += 1 }
    return result
  }

  /// Whether a run stands still: the engine has news of the search beside it.
  private static func isSame(_ next: EngineView, _ shown: EngineView) -> Bool {
    next.state == shown.state && next.progress == shown.progress
      && next.lastApplied == shown.lastApplied && next.settings == shown.settings
      && next.layers == shown.layers && next.history.edits.count == shown.history.edits.count
  }

  /// Between running and validating, numbers only go on; any other state is a turn of events.
  private static func isTraining(_ snapshot: EngineView) -> Bool {
    snapshot.state == .running || snapshot.state == .validating
  }

  /// A clock that was set back counts as time that has passed.
  private static func isDue(_ last: Double, _ interval: Double, _ now: Double) -> Bool {
    !(0..<interval).contains(now - last)
  }

  /// The curves, and with them how far the run is: both begin and end at the same step.
  private static func holdCurves(of shown: EngineView, in next: inout EngineView) {
    next.history = shown.history
    var progress = shown.progress
    progress.imagesPerSecond = next.progress.imagesPerSecond
    progress.remainingSeconds = next.progress.remainingSeconds
    progress.waitingShare = next.progress.waitingShare
    next.progress = progress
  }

  private static func holdNumbers(of shown: EngineView, in next: inout EngineView) {
    next.progress.imagesPerSecond = shown.progress.imagesPerSecond
    next.progress.remainingSeconds = shown.progress.remainingSeconds
    next.progress.waitingShare = shown.progress.waitingShare
    next.latest = shown.latest
    next.stepTime = shown.stepTime
    next.cache = shown.cache
    // An inserted layer has moved the others.
    guard next.layers.count == shown.layers.count else { return }
    for index in next.layers.indices where next.layers[index].name == shown.layers[index].name {
      next.layers[index].gradientNorm = shown.layers[index].gradientNorm
      next.layers[index].weightNorm = shown.layers[index].weightNorm
      next.layers[index].updateRatio = shown.layers[index].updateRatio
      next.layers[index].clippedShare = shown.layers[index].clippedShare
      next.layers[index].milliseconds = shown.layers[index].milliseconds
      next.layers[index].memoryBytes = shown.layers[index].memoryBytes
      next.layers[index].gradientHistory = shown.layers[index].gradientHistory
    }
  }
}
