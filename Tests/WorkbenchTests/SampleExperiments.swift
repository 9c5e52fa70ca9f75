import EngineInterface

#if canImport(Glibc)
  import Glibc
#endif

/// What is tried on copies of a run, at some moment, with numbers that follow from the step alone.
enum SampleExperiments {
  /// - Parameter count: of rates tried; over where they are all, or where the loss has diverged.
  static func rangeTest(
    _ count: Int = 100, schedule factor: Double = 1, loss: (Int) -> Double = loss
  ) -> ExperimentSnapshot {
    let request = RangeTestRequest()
    var test = RangeTest(request: request, learningRate: 1e-3, scheduleFactor: factor)
    var mean = SmoothedLoss(weight: RangeTest.smoothing)
    var least = Double.infinity
    for step in 0..<count {
      let value = loss(step) * (1 + 0.15 * SampleRuns.noise(step))
      let smoothed = mean.note(value)
      test.points.append(
        RangeTest.Point(rate: request.rate(at: step), loss: value, smoothed: smoothed))
      least = min(least, smoothed)
      if smoothed > RangeTest.divergence * least {
        test.ending = .diverged
        break
      }
    }
    if test.points.count == request.steps, test.ending == nil { test.ending = .complete }
    var snapshot = ExperimentSnapshot(
      phase: test.ending == nil ? .running : .done, subject: .rangeTest(test))
    snapshot.revision = UInt64(count + 1)
    return snapshot
  }

  /// Level, then falling, then rising steeply.
  static func loss(_ step: Int) -> Double {
    let fall = 1.6 / (1 + exp(-Double(step - 48) / 5))
    return 2 - fall + pow(max(0, Double(step) - 72) / 6, 3)
  }

  static func comparison(
    steps done: Int, of steps: Int = 50, brokenAt: Int? = nil, validationImages: Int = 256
  ) -> ExperimentSnapshot {
    var comparison = Comparison(
      edits: [.setLearningRate(3e-3), .freeze(layers: ["conv1"])],
      changes: [.value(.learningRate, from: 1e-3, to: 3e-3), .froze(["conv1"])], steps: steps,
      mostSteps: 840, sampledImages: validationImages)
    for seed in 0..<Comparison.seeds {
      comparison.without[seed] = course(done, seed: seed, fall: 60)
      comparison.with[seed] = course(done, seed: seed, fall: 40)
      if let brokenAt { comparison.with[seed].brokenAt = brokenAt }
      guard done == steps, validationImages > 0, brokenAt == nil else { continue }
      comparison.without[seed].validationLoss = 0.31 + Double(seed) / 100
      comparison.with[seed].validationLoss = 0.29 + Double(seed * seed) / 60
    }
    let isDone = done == steps || brokenAt != nil
    var snapshot = ExperimentSnapshot(
      phase: isDone ? .done : .running, subject: .comparison(comparison))
    snapshot.revision = UInt64(done + 1)
    return snapshot
  }

  private static func course(_ steps: Int, seed: Int, fall: Double) -> Comparison.Course {
    var course = Comparison.Course()
    course.losses = (0..<steps).map { step in
      Float(0.9 * exp(-Double(step) / fall) * (1 + 0.2 * SampleRuns.noise(step * 7 + seed)))
    }
    course.steps = steps
    return course
  }
}
