import EngineInterface
import TerminalUI
import Testing

@testable import Workbench

/// Half a window: fewer panes at a time, and none out of reach.
@Suite struct SmallTerminalTests {
  private static let sizes = [
    (60, 16), (60, 24), (71, 40), (79, 24), (80, 20), (79, 16), (120, 17),
  ]

  @Test(arguments: [(60, 16), (60, 24), (71, 40)])
  func trainScreen(columns: Int, lines: Int) {
    let driver = Driver(ScreenTests.edited(), columns: columns, lines: lines)
    Baseline.expect(driver.screen, named: "train-\(columns)x\(lines)")
  }

  @Test(arguments: [(60, 16), (71, 40)])
  func graphScreen(columns: Int, lines: Int) {
    var driver = Driver(ScreenTests.edited(), columns: columns, lines: lines)
    driver.press("2 down down")
    Baseline.expect(driver.screen, named: "graph-\(columns)x\(lines)")
  }

  /// Every pane has a place when it is in focus, and the bar says how to get there.
  @Test(arguments: sizes) func everyPaneCanBeReached(columns: Int, lines: Int) {
    var driver = Driver(ScreenTests.edited(), columns: columns, lines: lines)
    for _ in TrainScreen.Pane.allCases {
      let layout = TrainLayout(driver.model.train, driver.model.shared)
      #expect(!layout[driver.model.focus].isEmpty)
      #expect(driver.screen.contains("tab focus"))
      // Panes lie within the screen, and nothing over anything else.
      let parts = layout.parts.map(\.rect)
      for (index, part) in parts.enumerated() {
        #expect(part.maxX <= columns && part.maxY <= lines)
        #expect(parts[(index + 1)...].allSatisfy { $0.intersection(part).isEmpty })
      }
      driver.press("tab")
    }
  }

  @Test(arguments: sizes) func whatIsSaidIsSeenInEveryPane(columns: Int, lines: Int) {
    var driver = Driver(ScreenTests.edited(), columns: columns, lines: lines)
    for _ in TrainScreen.Pane.allCases {
      driver.press("tab")
      driver.send(.events([.notice(.remark("the disk is nearly full"))]))
      #expect(driver.screen.contains("the disk is nearly full"))
    }
    driver.press("2")
    #expect(driver.screen.contains("the disk is nearly full"))
  }

  @Test(arguments: [(60, 24), (71, 40), (79, 24), (120, 17)])
  func aCurveIsSeenFromTheStart(columns: Int, lines: Int) {
    let driver = Driver(ScreenTests.edited(), columns: columns, lines: lines)
    #expect(driver.screen.contains("Layers"))
    #expect(driver.screen.contains("Loss"))
  }

  @Test func theListAndTheControlsTakeTurnsBesideTheChart() {
    var driver = Driver(ScreenTests.edited(), columns: 60, lines: 24)
    driver.press("tab tab tab")
    #expect(driver.screen.contains("weight decay") && driver.screen.contains("Accuracy"))
    #expect(!driver.screen.contains("Layers"))
    driver.press("tab")
    #expect(driver.screen.contains("Layers") && driver.screen.contains("Accuracy"))
  }

  @Test func theGraphSaysAllAboutALayerInALine() {
    var driver = Driver(ScreenTests.edited(), columns: 60, lines: 16)
    driver.press("2 +")
    #expect(driver.screen.contains("conv1  ❄ frozen"))
    #expect(driver.screen.contains("lr × 1.5?"))
    #expect(driver.screen.contains("160 parameters"))
  }

  // MARK: Header

  @Test(arguments: [(80, 24), (100, 30), (120, 36), (72, 24)])
  func bothScreensAreNamed(columns: Int, lines: Int) {
    for state in [
      EngineSnapshot.State.running, .paused, .validating, .finished(.completed(epochs: 20)),
    ] {
      let driver = Driver(
        SampleRuns.digits(step: 900, state: state), columns: columns, lines: lines)
      let header = driver.screen.prefix { $0 != "\n" }
      #expect(header.hasSuffix("6 Runs") || header.hasSuffix("1 Train  2  4  5  6"), "\(header)")
      #expect(header.contains("img/s") || columns < 80 || state.isEnd, "\(header)")
    }
  }

  /// The run's name gives way before what changes.
  @Test func aLongNameIsCutAndTheRestStays() {
    var snapshot = SampleRuns.digits(step: 300)
    snapshot.run.model = "mobilenet_v2_1.0_224_tuned_on_flowers_of_the_garden"
    let driver = Driver(snapshot, columns: 104, lines: 24)
    let header = String(driver.screen.prefix { $0 != "\n" })
    #expect(header.contains("epoch 7/20") && header.contains("18/47"), "\(header)")
    #expect(header.contains("1 840 img/s") && header.contains("ETA"), "\(header)")
    #expect(header.contains("mob") && header.contains("…"), "\(header)")
    #expect(header.hasSuffix("1 Train  2  4  6"), "\(header)")
  }

  /// Numbers that grow by a digit move nothing beside them.
  @Test func theHeaderStandsStill() {
    func columns(_ step: Int) -> [Int] {
      let driver = Driver(SampleRuns.digits(step: step), columns: 80, lines: 24)
      let header = Array(driver.screen.prefix { $0 != "\n" })
      return ["/47", "ETA", "1 Train"].map { text in
        header.indices.first { header[$0...].starts(with: text) } ?? -1
      }
    }
    #expect(columns(285) == columns(300))
    #expect(!columns(300).contains(-1))
  }

  /// Short epochs would show a bar that stands at nothing, and flicker between two states.
  @Test func theBarIsTheRunsWhereEpochsAreShort() {
    func header(_ state: EngineSnapshot.State) -> String {
      var snapshot = SampleRuns.digits(step: 470, state: state)
      snapshot.progress.imagesPerSecond = 30_000
      return String(Driver(snapshot).screen.prefix { $0 != "\n" })
    }
    #expect(header(.running).contains("▶ epoch 11/20  ━━━━━━━━━─────────   30 000 img/s"))
    #expect(header(.validating) == header(.running))
  }
}

extension EngineSnapshot.State {
  /// Nothing goes on any more.
  fileprivate var isEnd: Bool {
    if case .finished = self { true } else { false }
  }
}
