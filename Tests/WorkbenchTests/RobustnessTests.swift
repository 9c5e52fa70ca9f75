import EngineInterface
import TerminalUI
import Testing

@testable import Workbench

@Suite struct RobustnessTests {
  @Test(arguments: [GlyphLevel.braille, .blocks, .ascii])
  func drawsAtAnySize(level: GlyphLevel) {
    let sizes = [
      (0, 0), (1, 0), (0, 1), (1, 1), (2, 2), (3, 3), (79, 24), (80, 23), (80, 24), (109, 24),
      (59, 16), (60, 15), (60, 16), (71, 60), (72, 23), (110, 17), (110, 19), (60, 200),
      (110, 40), (240, 80),
    ]
    for snapshot in [nil, SampleRuns.digits(step: 60), SampleRuns.resNet50(step: 3)] {
      for keys in ["", "tab tab f", "backtab f", "2", "?", ":", "q"] {
        var driver = Driver(snapshot, glyphs: GlyphSet(level))
        driver.press(keys)
        for (columns, lines) in sizes {
          driver.send(.resize(columns: columns, lines: lines))
          #expect(driver.frame.size == Size(width: columns, height: lines))
        }
      }
    }
  }

  @Test(arguments: 0..<6) func noOrderOfKeysAndEventsTraps(seed: Int) {
    let keys: [Key] =
      WorkbenchBindings.table.bindings.flatMap(\.keys) + [
        "z", "backspace", "enter", "esc", "ctrl-u", "1", "5", "delete", "9",
      ]
    var state = UInt64(seed &* 7919 &+ 1)
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    var driver = Driver(seed % 2 == 0 ? SampleRuns.digits() : SampleRuns.resNet50())
    var step = 0
    for round in 0..<800 {
      switch next(12) {
      case 0:
        step += next(3)
        let states: [EngineSnapshot.State] = [
          .running, .running, .paused, .validating, .finished(.stopped(step: 1)),
          .failed(RunFailure(error: "y")),
        ]
        let state = states[next(states.count)]
        var snapshot =
          seed % 2 == 0
          ? SampleRuns.digits(step: step, state: state)
          : SampleRuns.resNet50(step: step, state: state)
        if next(9) == 0 { snapshot.layers.removeFirst(next(snapshot.layers.count + 1)) }
        snapshot.revision = UInt64(round + 10)
        driver.send(.engine(snapshot))
      case 1:
        let kinds: [MouseEvent.Kind] = [.press, .release, .drag, .wheelUp, .wheelDown]
        driver.send(
          .mouse(
            MouseEvent(
              kinds[next(5)], button: next(4) == 0 ? .right : .left, x: next(130) - 5,
              y: next(45) - 5)))
      case 2: driver.wait(Double(next(40)) / 20)
      case 3 where next(4) == 0:
        driver.send(.resize(columns: next(180), lines: next(60)))
      case 4:
        driver.send(
          .events([.rejected(RequestID(sender: 1, number: UInt64(next(40))), .noParameters)]))
      default: driver.send(.key(keys[next(keys.count)]))
      }
      if round % 8 == 0 { _ = driver.frame }
    }
  }

  @Test func numbersOutOfAllBoundsAreShownAndDoNotTrap() {
    var snapshot = SampleRuns.digits(step: 60)
    snapshot.progress.imagesPerSecond = .infinity
    snapshot.progress.remainingSeconds = .nan
    snapshot.progress.stepInEpoch = .max
    snapshot.progress.epochs = .max
    snapshot.progress.validationShare = .nan
    snapshot.latest.trainLoss = -.infinity
    snapshot.latest.learningRate = .nan
    snapshot.settings.learningRate = .nan
    snapshot.settings.maxNorm = -1
    snapshot.stepTime.nowMilliseconds = 1e300
    snapshot.layers[0].parameterCount = .max / 4
    snapshot.layers[0].gradientHistory = [.nan, .infinity, -1]
    snapshot.layers[1].inputs = ["conv2", "nowhere", ""]
    snapshot.layers[2].name = "evil\u{1b}[2Jname\u{202e}"
    snapshot.history.append(
      EditMarker(
        step: .min, change: .value(.epochs, from: .nan, to: 1e300), time: .nan,
        validationLossBefore: .nan))
    snapshot.history.append(
      EditMarker(
        step: .max, change: .froze(["evil\u{1b}[2Jname"]), time: 1e300, validationLossBefore: 1))
    for keys in ["", "tab right", "backtab", "2", "2 down enter"] {
      var driver = Driver(snapshot)
      driver.press(keys)
      #expect(!driver.screen.contains("\u{1b}"))
    }
  }
}
