import Testing

@testable import Training

struct ScheduleTests {
  private func factor(_ schedule: Schedule, _ step: Int, plateau: Double = 1) -> Double {
    schedule.factor(
      at: SchedulePosition(step: step, stepsPerEpoch: 10, epochs: 4), plateauFactor: plateau)
  }

  private func near(_ value: Double, _ expected: Double) -> Bool {
    abs(value - expected) < 1e-12
  }

  @Test func shapesFollowTheirFormulas() throws {
    #expect(factor(Schedule(.constant), 39) == 1)
    let step = Schedule(.step(epochs: 2, factor: 0.1))
    #expect(factor(step, 19) == 1)
    #expect(near(factor(step, 20), 0.1))
    #expect(near(factor(Schedule(.exponential(rate: 0.5)), 15), 0.353_553_390_593_273_76))
    #expect(near(factor(Schedule(.inverseTime(rate: 0.5)), 20), 0.5))
    #expect(near(factor(Schedule(.cosine(final: 0.2)), 20), 0.6))
    #expect(factor(Schedule(.reduceOnPlateau(patience: 2, factor: 0.1)), 3, plateau: 0.25) == 0.25)
  }

  @Test func oneCycleRisesAndFalls() {
    let schedule = Schedule(.oneCycle(rise: 0.25))
    #expect(near(factor(schedule, 0), 0.04))
    #expect(near(factor(schedule, 10), 1))
    #expect(near(factor(schedule, 40), 1e-4))
    #expect(near(factor(schedule, 400), 1e-4))
  }

  @Test func warmupGrowsToTheBaseAndShiftsTheShape() {
    let schedule = Schedule(.step(epochs: 1, factor: 0.1), warmupEpochs: 1)
    #expect(near(factor(schedule, 0), 0.1))
    #expect(near(factor(schedule, 9), 1))
    #expect(near(factor(schedule, 19), 1))
    #expect(near(factor(schedule, 20), 0.1))
  }

  /// The warm-up leads to where the shape begins: one-cycle rises by itself.
  @Test func oneCycleAfterAWarmupClimbsOnce() {
    let schedule = Schedule(.oneCycle(rise: 0.25), warmupEpochs: 1)
    #expect(near(factor(schedule, 9), 0.04))
    #expect(near(factor(schedule, 10), 0.04))
    let factors = (0..<40).map { factor(schedule, $0) }
    let top = factors.indices.max { factors[$0] < factors[$1] }!
    #expect(zip(factors[...top], factors[1...top]).allSatisfy { $0 <= $1 })
    #expect(zip(factors[top...], factors[(top + 1)...]).allSatisfy { $0 >= $1 })
    #expect(factors[top] > 0.98)
  }

  @Test func plateauWaitsThenReduces() {
    var tracker = PlateauTracker()
    for loss in [1.0, 0.9, 0.9, 0.89995] { tracker.note(loss: loss, patience: 3, factor: 0.5) }
    #expect(tracker.factor == 1)
    tracker.note(loss: 0.9, patience: 3, factor: 0.5)
    #expect(tracker.factor == 0.5)
    for loss in [0.5, 0.6, 0.7] { tracker.note(loss: loss, patience: 3, factor: 0.5) }
    #expect(tracker.factor == 0.5)
    tracker.note(loss: .nan, patience: 3, factor: 0.5)
    #expect(tracker.factor == 0.25)
  }

  @Test(arguments: [
    "constant", "step:3,0.1", "exponential:0.9", "inverse-time:0.5", "cosine", "cosine:0.1",
    "one-cycle", "plateau:3,0.1", "warmup:0.5+cosine",
  ]) func textIsReadBackAsWritten(text: String) throws {
    #expect(try Schedule(text: text).description == text)
  }

  @Test(arguments: [
    "", "sine", "step:", "step:1,2,3", "step:0", "cosine:nan", "plateau:1e30", "warmup:-1+cosine",
    "warmup:1", "constant:1", "exponential:inf",
  ]) func wrongTextIsRefused(text: String) {
    #expect(throws: ConfigurationError.self) { try Schedule(text: text) }
  }
}
