import EngineInterface
import TerminalUI
import Testing

@testable import Workbench

@Suite struct ScreenTests {
  /// Terminal sizes with their names in files.
  static let sizes = [(80, 24), (120, 36)]

  @Test(arguments: sizes) func trainScreen(columns: Int, lines: Int) {
    let driver = Driver(Self.edited(), columns: columns, lines: lines)
    Baseline.expect(driver.screen, named: "train-\(columns)x\(lines)")
  }

  @Test(arguments: sizes) func trainScreenOfALargeNetwork(columns: Int, lines: Int) {
    var driver = Driver(SampleRuns.resNet50(step: 400), columns: columns, lines: lines)
    driver.press("end up up enter down enter down down v down")
    Baseline.expect(driver.screen, named: "train-resnet50-\(columns)x\(lines)")
  }

  @Test(arguments: sizes) func graphScreen(columns: Int, lines: Int) {
    var driver = Driver(SampleRuns.resNet50(step: 400), columns: columns, lines: lines)
    driver.press("2 end up up enter enter")
    Baseline.expect(driver.screen, named: "graph-resnet50-\(columns)x\(lines)")
  }

  /// Of a network several levels deep, with blocks that are alike.
  @Test(arguments: sizes) func blocksInTheList(columns: Int, lines: Int) {
    var driver = Driver(SampleRuns.resNet50(step: 400), columns: columns, lines: lines)
    driver.press("f end up up enter up enter down down enter down")
    Baseline.expect(driver.screen, named: "blocks-\(columns)x\(lines)")
  }

  @Test(arguments: sizes) func blocksInTheGraph(columns: Int, lines: Int) {
    var driver = Driver(SampleRuns.resNet50(step: 400), columns: columns, lines: lines)
    driver.press("2 end up up up enter down")
    Baseline.expect(driver.screen, named: "graph-blocks-\(columns)x\(lines)")
  }

  @Test(arguments: sizes) func layersSearchedFor(columns: Int, lines: Int) {
    var driver = Driver(SampleRuns.resNet50(step: 400), columns: columns, lines: lines)
    driver.press("/")
    driver.type("conv4_block2-3")
    Baseline.expect(driver.screen, named: "search-\(columns)x\(lines)")
    driver.press("enter 2")
    Baseline.expect(driver.screen, named: "search-graph-\(columns)x\(lines)")
  }

  @Test(arguments: sizes) func graphScreenOfAChain(columns: Int, lines: Int) {
    var driver = Driver(Self.edited(), columns: columns, lines: lines)
    driver.press("2 down down")
    Baseline.expect(driver.screen, named: "graph-\(columns)x\(lines)")
  }

  @Test(arguments: sizes) func preparing(columns: Int, lines: Int) {
    let snapshot = SampleRuns.digits(state: .preparing(.readingModel))
    let driver = Driver(snapshot, columns: columns, lines: lines)
    Baseline.expect(driver.screen, named: "preparing-\(columns)x\(lines)")
  }

  @Test(arguments: sizes) func paused(columns: Int, lines: Int) {
    let driver = Driver(SampleRuns.digits(step: 60, state: .paused), columns: columns, lines: lines)
    Baseline.expect(driver.screen, named: "paused-\(columns)x\(lines)")
  }

  @Test(arguments: sizes) func finished(columns: Int, lines: Int) {
    var driver = Driver(
      SampleRuns.digits(step: 940, state: .finished(.completed(epochs: 20))), columns: columns,
      lines: lines)
    driver.send(.events([.finished(.completed(epochs: 20))]))
    Baseline.expect(driver.screen, named: "finished-\(columns)x\(lines)")
  }

  @Test(arguments: sizes) func failed(columns: Int, lines: Int) {
    var driver = Driver(SampleRuns.digits(step: 60), columns: columns, lines: lines)
    driver.send(.events([.checkpointWritten(path: "/runs/x/checkpoints/step-47", step: 47)]))
    var snapshot = SampleRuns.digits(
      step: 61, state: .failed(RunFailure(error: "the loss is no number at step 61")))
    snapshot.history.append(.trainLoss, step: 61, value: .nan)
    driver.send(.events([.failed(RunFailure(error: "the loss is no number at step 61"))]))
    driver.send(.engine(snapshot))
    Baseline.expect(driver.screen, named: "failed-\(columns)x\(lines)")
  }

  @Test(arguments: sizes) func ascii(columns: Int, lines: Int) {
    var driver = Driver(Self.edited(), columns: columns, lines: lines, glyphs: .ascii)
    Baseline.expect(driver.screen, named: "train-ascii-\(columns)x\(lines)")
    #expect(driver.screen.utf8.allSatisfy { $0 < 0x80 })
    driver.press("2")
    #expect(driver.screen.utf8.allSatisfy { $0 < 0x80 })
    Baseline.expect(driver.screen, named: "graph-ascii-\(columns)x\(lines)")
    driver.press("?")
    #expect(driver.screen.utf8.allSatisfy { $0 < 0x80 })
  }

  @Test(arguments: sizes) func help(columns: Int, lines: Int) {
    var driver = Driver(Self.edited(), columns: columns, lines: lines)
    driver.press("?")
    Baseline.expect(driver.screen, named: "help-\(columns)x\(lines)")
  }

  @Test(arguments: sizes) func paletteAndDialog(columns: Int, lines: Int) {
    var driver = Driver(Self.edited(), columns: columns, lines: lines)
    driver.press(":")
    driver.type("free")
    Baseline.expect(driver.screen, named: "palette-\(columns)x\(lines)")
    driver.press("esc q")
    Baseline.expect(driver.screen, named: "quit-\(columns)x\(lines)")
  }

  @Test func aTerminalThatIsTooSmallIsToldSo() {
    let driver = Driver(SampleRuns.digits(step: 3), columns: 59, lines: 20)
    #expect(driver.screen.contains("thaw needs 60×16"))
    #expect(driver.screen.contains("this is 59×20"))
  }

  /// Four layers frozen, two values turned, some of it not applied yet.
  static func edited() -> EngineView {
    var settings = TuningSettings(learningRate: 3e-4, maxNorm: 3, epochs: 20)
    settings.frozen = ["conv1", "conv2", "conv3", "conv4"]
    settings.multipliers = ["dense1": 0.1]
    var snapshot = SampleRuns.digits(step: 300, settings: settings)
    snapshot.latest.clippedShare = 0.021
    snapshot.stepTime.beforeMilliseconds = 8.1
    snapshot.stepTime.nowMilliseconds = 1.9
    snapshot.history.append(
      EditMarker(
        step: 120, change: .froze(["conv1", "conv2", "conv3", "conv4"]),
        time: SampleRuns.start - 30, validationLossBefore: 0.61))
    snapshot.history.append(
      EditMarker(
        step: 244, change: .value(.learningRate, from: 1e-3, to: 3e-4),
        time: SampleRuns.start - 10, validationLossBefore: 0.31))
    return snapshot
  }
}
