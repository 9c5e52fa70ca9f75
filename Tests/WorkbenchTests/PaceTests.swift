import EngineInterface
import TerminalUI
import Testing

@testable import Workbench

/// What goes over the line, and when.
@Suite struct PaceTests {
  @Test func digitsAreReadOffTwiceASecondAndCurvesThreeTimes() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.wait(0.1)
    driver.send(.engine(SampleRuns.digits(step: 104)))
    #expect(driver.model.step == 100)
    #expect(driver.model.snapshot?.history[.trainLoss].last?.step == 100)
    driver.wait(0.3)
    #expect(driver.model.step == 104)
    #expect(driver.model.snapshot?.history[.trainLoss].last?.step == 104)
    #expect(driver.model.snapshot?.latest.trainLoss == SampleRuns.loss(100))
    // What came last is shown although nothing comes after it.
    driver.wait(0.3)
    #expect(driver.model.snapshot?.latest.trainLoss == SampleRuns.loss(104))
    #expect(driver.screen.contains("10/47"))
  }

  @Test func whatWasAskedForIsShownAtOnce() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press("space")
    var next = SampleRuns.digits(step: 101, settings: TuningSettings(epochs: 20, frozen: ["conv1"]))
    next.lastApplied = [RequestID(sender: 1, number: 1)]
    let pictures = driver.model.pace.pictures
    driver.send(.engine(next))
    #expect(driver.model.pace.pictures > pictures)
    #expect(driver.screen.contains("❄ 1 frozen"))
    #expect(
      driver.screen.contains("166 317 of 167 477 train") || driver.screen.contains("❄ conv1 "))
  }

  @Test(arguments: [
    EngineSnapshot.State.paused, .finished(.completed(epochs: 20)),
    .failed(RunFailure(error: "NaN")),
  ])
  func aTurnOfEventsIsShownAtOnceWithItsNumbers(state: EngineSnapshot.State) {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.send(.engine(SampleRuns.digits(step: 108, state: state)))
    #expect(driver.model.state == state)
    #expect(driver.model.step == 108)
    // A paused run has no pace: every single step is seen.
    driver.send(.engine(SampleRuns.digits(step: 109, state: state)))
    #expect(driver.model.step == 109)
  }

  @Test func ofARunThatStandsStillThereIsNothingToDraw() {
    var driver = Driver(SampleRuns.digits(step: 100, state: .paused))
    let pictures = driver.model.pace.pictures
    // The engine has news all the time while a search goes on beside it.
    var next = SampleRuns.digits(step: 100, state: .paused)
    for _ in 0..<5 {
      next.revision += 1
      driver.send(.engine(next))
    }
    #expect(driver.model.pace.pictures == pictures)
    next.revision += 1
    next.settings.learningRate = 0.5
    driver.send(.engine(next))
    #expect(driver.model.pace.pictures == pictures + 1)
  }

  @Test func aClockThatIsSetBackStopsNoNumbers() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.wait(-3600)
    driver.send(.engine(SampleRuns.digits(step: 104)))
    #expect(driver.model.step == 104)
  }

  @Test func insertedLayersKeepTheirOwnNumbers() throws {
    var driver = Driver(SampleRuns.digits(step: 100))
    var next = SampleRuns.digits(step: 104)
    var inserted = try #require(next.layers.first)
    inserted.name = "dropout9"
    next.layers.insert(inserted, at: 0)
    driver.send(.engine(next))
    #expect(driver.model.layers.map(\.name) == next.layers.map(\.name))
    #expect(driver.model.layers.map(\.gradientNorm) == next.layers.map(\.gradientNorm))
  }

  @Test func shortEpochsAreSaidTogether() {
    var driver = Driver(SampleRuns.digits(step: 100))
    func epoch(_ number: Int) -> [EngineEvent] {
      let metrics = EpochSummary.Metrics(loss: 0.1, accuracy: 0.9, top5: nil)
      return [
        .epochEnded(
          EpochSummary(
            epoch: number, step: number * 47, train: metrics, validation: nil, imagesPerSecond: 9,
            learningRate: 1e-3)),
        .checkpointWritten(path: "/c/step-\(number)", step: number * 47),
      ]
    }
    driver.send(.events(epoch(1)))
    #expect(driver.model.log.entries.count == 1)
    driver.wait(0.1)
    driver.send(.events(epoch(2)))
    driver.wait(0.1)
    driver.send(.events(epoch(3)))
    #expect(driver.model.log.entries.count == 1)
    driver.wait(0.4)
    #expect(driver.model.log.entries.count == 3)
    // A failure waits for nothing, and comes after what was before it.
    driver.send(.events(epoch(4) + [.failed(RunFailure(error: "the loss is no number"))]))
    #expect(driver.model.log.entries.count == 5)
    #expect(driver.model.log.entries.last?.notice.text == "the loss is no number")
    #expect(driver.model.lastCheckpoint?.path == "/c/step-4")
  }

  /// Cells that a terminal is sent in the seconds of a steady run, at twenty snapshots a second.
  @Test func aSteadyScreenChangesFewCells() {
    var driver = Driver(SampleRuns.digits(step: 400))
    var shown = driver.frame
    var cells = 0
    var pictures = 0
    let seconds = 10
    for tick in 1...seconds * 20 {
      let before = driver.model.pace.pictures
      driver.wait(0.05)
      driver.send(.engine(SampleRuns.digits(step: 400 + tick)))
      guard driver.model.pace.pictures != before else { continue }
      let next = driver.frame
      let diff = FrameDiff(from: shown, to: next)
      cells += diff.columns
      if !diff.isEmpty { pictures += 1 }
      shown = next
    }
    #expect(cells / seconds < 400, "\(cells / seconds) cells a second")
    // It lives all the same.
    #expect(pictures >= seconds * 3, "\(pictures) pictures in \(seconds) s")
  }
}
