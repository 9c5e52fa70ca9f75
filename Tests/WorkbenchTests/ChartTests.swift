import EngineInterface
import TerminalUI
import Testing

@testable import Workbench

@Suite struct ChartTests {
  private func focused() -> Driver {
    var driver = Driver(ScreenTests.edited())
    driver.press("tab")
    return driver
  }

  @Test func theCrosshairBeginsAtTheNewestStepAndReadsBothCurves() {
    var driver = focused()
    driver.press("right")
    #expect(driver.model.chart.crosshair == 300)
    #expect(driver.screen.contains("step 300"))
    driver.press("left")
    #expect(driver.model.chart.crosshair ?? 300 < 300)
    driver.press("esc")
    #expect(driver.model.chart.crosshair == nil)
    #expect(driver.model.focus == .loss)
  }

  @Test func upAndDownGoFromEditToEdit() {
    var driver = focused()
    driver.press("up")
    #expect(driver.model.chart.crosshair == 244)
    driver.press("up")
    #expect(driver.model.chart.crosshair == 120)
    driver.press("down")
    #expect(driver.model.chart.crosshair == 244)
  }

  @Test func zoomKeepsTheCrosshairInItsPlaceAndIsSharedByBothCharts() {
    var driver = focused()
    driver.press("up")
    let before = driver.model.chart.range(step: 300, total: 940)
    driver.press("]")
    let after = driver.model.chart.range(step: 300, total: 940)
    #expect(
      abs((after.upperBound - after.lowerBound) * 2 - (before.upperBound - before.lowerBound)) < 1)
    func share(_ range: ClosedRange<Double>) -> Double {
      (244 - range.lowerBound) / (range.upperBound - range.lowerBound)
    }
    #expect(abs(share(before) - share(after)) < 0.01)
    driver.press("tab")
    #expect(driver.model.focus == .accuracy)
    #expect(driver.model.chart.range(step: 300, total: 940) == after)
    driver.press("w")
    #expect(driver.model.chart.zoom == nil)
  }

  @Test func zoomEndsAtTheWholeRunAndAtAFewSteps() {
    var driver = focused()
    driver.press("-")
    #expect(driver.model.chart.zoom == nil)
    for _ in 0..<40 { driver.press("+") }
    let zoom = driver.model.chart.zoom
    #expect((zoom?.upperBound ?? 0) - (zoom?.lowerBound ?? 0) >= ChartWindow.minimumSteps)
    for _ in 0..<60 { driver.press("-") }
    #expect(driver.model.chart.zoom == nil)
  }

  @Test func pagingMovesTheWindowOnlyWhileItIsZoomed() {
    var driver = focused()
    driver.press("pgup")
    #expect(driver.model.chart.zoom == nil)
    driver.press("] ]")
    let before = driver.model.chart.zoom
    driver.press("pgup")
    #expect(driver.model.chart.zoom?.lowerBound ?? 0 < before?.lowerBound ?? 0)
    for _ in 0..<50 { driver.press("pgup") }
    #expect(driver.model.chart.zoom?.lowerBound == 0)
  }

  @Test func theAxisIsTheFocusedChartsOwnAndSmoothingIsShared() {
    var driver = focused()
    driver.press("x")
    #expect(!driver.model.chart.lossIsLogarithmic)
    #expect(!driver.model.chart.accuracyIsLogarithmic)
    driver.press("tab x s")
    #expect(driver.model.chart.accuracyIsLogarithmic)
    #expect(driver.model.chart.smoothing == 0.8)
    driver.press("S S S S S S")
    #expect(driver.model.chart.smoothing == 0)
    #expect(driver.screen.contains("there is no rawer line"))
  }

  @Test func aWholeRunGrowsInJumpsAndEndsWithTheLastEpoch() {
    let ends = (1...940).map { ChartWindow.wholeRun(step: $0, total: 940) }
    #expect(zip(1..., ends).allSatisfy { Double($0) <= $1 })
    #expect(Set(ends).count < 40)
    #expect(ends.last == 940)
    #expect(ChartWindow.wholeRun(step: 0, total: 0) == 20)
  }

  @Test func atEightyColumnsTheFocusDecidesWhichChartIsSeen() {
    var driver = Driver(ScreenTests.edited(), columns: 80, lines: 24)
    #expect(driver.screen.contains("Loss"))
    #expect(!driver.screen.contains("Accuracy"))
    driver.press("tab tab")
    #expect(driver.screen.contains("Accuracy"))
    driver.press("tab")
    #expect(driver.screen.contains("Accuracy"))
    driver.press("f")
    #expect(!driver.screen.contains("Accuracy"))
  }

  @Test func atTwoHundredColumnsTheThirdChartIsTheRateInForce() {
    var snapshot = ScreenTests.edited()
    for step in 1...300 {
      snapshot.history.append(.learningRate, step: step, value: step <= 244 ? 1e-3 : 3e-4)
    }
    snapshot.latest.learningRate = 3e-4
    var driver = Driver(snapshot, columns: 200, lines: 60)
    #expect(driver.screen.contains("Learning rate"))
    #expect(driver.screen.contains("in force 3e-4"))
    #expect(driver.model.chart.rateIsLogarithmic)
    driver.press("tab tab tab x left left end")
    #expect(!driver.model.chart.rateIsLogarithmic)
    #expect(driver.model.chart.lossIsLogarithmic)
    #expect(driver.screen.contains("in force 0.0003") || driver.screen.contains("in force 3e-4"))
    Baseline.expect(driver.screen, named: "train-200x60")
    // Where it has no room of its own, it takes nobody else's.
    driver.send(.resize(columns: 80, lines: 24))
    #expect(driver.model.focus == .loss)
    #expect(driver.screen.contains("Loss") && !driver.screen.contains("Learning rate"))
    driver.press("tab tab")
    #expect(driver.model.focus == .controls)
  }
}

/// What a chart shows is what there is.
@Suite struct TruthfulChartTests {
  @Test func theLastValidationOfAFinishedRunIsDrawnAndRead() {
    var snapshot = SampleRuns.digits(
      step: 141, state: .finished(.completed(epochs: 3)), settings: TuningSettings(epochs: 3))
    snapshot.history.append(.validationLoss, step: 141, value: 0.0575)
    var driver = Driver(snapshot)
    driver.press("tab end")
    #expect(driver.model.chart.crosshair == 141)
    #expect(driver.screen.contains("val 0.0575") || driver.screen.contains("(0.0575"))
    #expect(driver.screen.contains("epoch 3│"))
  }

  /// The same step at three zooms and two widths.
  @Test func aStepHasOneSmoothedValue() throws {
    var seen: Set<String> = []
    for (columns, keys) in [(120, ""), (120, "] ]"), (120, "] ] ]"), (80, ""), (200, "]")] {
      var driver = Driver(SampleRuns.digits(step: 300), columns: columns, lines: 36)
      driver.press("tab right \(keys)")
      #expect(driver.model.chart.crosshair == 300)
      let match = driver.screen.firstMatch(of: #/train ([0-9.]+)  smoothed ([0-9.]+)/#)
      let words = try #require(match, "\(driver.screen)")
      seen.insert(String(words.0))
    }
    #expect(seen.count == 1, "\(seen)")
  }

  /// A rate of 100 for a moment: afterwards the bright line is where the loss is.
  @Test func aSpikeDoesNotStayInTheLineOnALogarithmicAxis() {
    var series = MetricSeries()
    for step in 1...100 { series.append(step: step, value: step == 50 ? 1e9 : 0.5) }
    let logarithmic = MetricSeries.Smoothing(weight: 0.6, isLogarithmic: true)
    let after = series.smoothed(at: 60, by: logarithmic) ?? 0
    #expect(after > 0.5 && after < 1, "\(after)")
  }
}

/// What stands around a chart.
@Suite struct ChartCaptionTests {
  /// Both charts side by side, one above the other, one alone.
  @Test(arguments: [(200, 36), (200, 60), (120, 36), (80, 24), (72, 24)])
  func nothingInThemIsCut(columns: Int, lines: Int) {
    let driver = Driver(SampleRuns.digits(step: 300), columns: columns, lines: lines)
    let captions = driver.screen.split(separator: "\n").filter { $0.contains("smoothed") }
    #expect(!captions.isEmpty)
    #expect(captions.allSatisfy { !$0.contains("…") }, "\(captions)")
  }

  @Test func whereOneChartFitsItNamesTheOthersValues() {
    let alone = Driver(SampleRuns.digits(step: 300), columns: 80, lines: 24)
    #expect(alone.screen.contains(#/Loss   accuracy [0-9.]+ % [0-9.]+ %/#))
    let both = Driver(SampleRuns.digits(step: 300), columns: 120, lines: 36)
    #expect(!both.screen.contains("accuracy 9"))
  }
}

extension ChartTests {
  /// Between two epochs there is no point, and yet a line.
  @Test func aZoomBetweenTwoEpochsShowsTheLineBetweenThem() {
    var driver = Driver(SampleRuns.digits(step: 400))
    driver.press("tab")
    driver.model.chart.zoom = 150...180
    driver.model.chart.lossIsLogarithmic = false
    driver.press("s S")
    let validation = Style(Theme.standard[.val])
    let frame = driver.frame
    let drawn = (60..<120).filter { x in
      (2..<16).contains { y in
        frame[x, y].style.foreground == validation.foreground
          && frame[x, y].text.unicodeScalars.contains { (0x2801...0x28FF).contains($0.value) }
      }
    }
    #expect(drawn.count > 40, "\(driver.screen)")
  }
}
