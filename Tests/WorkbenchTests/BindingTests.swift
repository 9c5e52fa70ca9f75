import EngineInterface
import TerminalUI
import Testing

@testable import Workbench

@Suite struct BindingTests {
  /// Models in which different keys work.
  static func models() -> [Driver] {
    var drivers: [Driver] = []
    for snapshot in [
      SampleRuns.digits(state: .preparing(.readingModel)), SampleRuns.digits(step: 100),
      SampleRuns.digits(step: 100, state: .paused),
      SampleRuns.digits(step: 940, state: .finished(.completed(epochs: 20))),
      SampleRuns.digits(step: 9, state: .failed(RunFailure(error: "NaN"))),
      SampleRuns.resNet50(step: 20),
    ] {
      for keys in ["", "tab", "tab tab", "backtab", "2"] {
        var driver = Driver(snapshot)
        driver.press(keys)
        drivers.append(driver)
      }
    }
    for keys in ["W", "W space", "W space tab", "2 W space"] {
      var driver = Driver(SampleRuns.digits(step: 100))
      driver.press(keys)
      drivers.append(driver)
    }
    for (keys, experiment) in [
      ("F", SampleExperiments.rangeTest(20)), ("F", SampleExperiments.rangeTest()),
      ("W space enter", SampleExperiments.comparison(steps: 20)),
    ] {
      var driver = Driver(SampleRuns.digits(step: 100))
      driver.press(keys)
      driver.acknowledge()
      driver.send(.experiment(experiment))
      drivers.append(driver)
    }
    return drivers
  }

  @Test func everyBindingIsDescribed() {
    for binding in WorkbenchBindings.table.bindings {
      #expect(!binding.keys.isEmpty)
      #expect(binding.title.count >= 2, "\(binding)")
      #expect(binding.description.count >= 6, "\(binding.title)")
      #expect(!binding.group.isEmpty)
    }
  }

  @Test func noKeyMeansTwoThingsAtOnce() {
    for driver in Self.models() {
      #expect(WorkbenchBindings.table.conflicts(in: driver.model).isEmpty)
    }
  }

  @Test func theBottomBarOffersOnlyWhatWorks() {
    for driver in Self.models() {
      for item in BottomBarView(model: driver.model).items(columns: 300) {
        for action in [item.action.action, item.action.second].compactMap(\.self) {
          #expect(driver.model.refusal(of: action) == nil, "\(item.title)")
        }
      }
    }
  }

  @Test func whatIsLaterWorkHasNoKeyYet() {
    let keys = Set(WorkbenchBindings.table.bindings.flatMap(\.keys))
    for key: Key in ["3"] {
      #expect(!keys.contains(key), "\(key)")
    }
  }

  @Test func everyDisabledKeySaysWhyUnlessItOnlyMoves() {
    for driver in Self.models() {
      for binding in WorkbenchBindings.table.bindings where binding.isPresent(driver.model) {
        guard let reason = binding.disabledReason(driver.model), !binding.action.isMovement,
          let key = binding.keys.first
        else { continue }
        guard case .disabled = WorkbenchBindings.table.match(key, in: driver.model) else {
          continue
        }
        var pressed = driver
        pressed.send(.key(key))
        #expect(pressed.model.log.entries.last?.notice.text == reason)
        #expect(pressed.effects == driver.effects)
      }
    }
  }

  @Test func helpShowsEveryKeyWhereverOneIs() {
    for driver in Self.models() {
      let help = WorkbenchBindings.table.help(for: driver.model, glyphs: .braille)
      for binding in WorkbenchBindings.table.bindings {
        let entries = help.first { $0.title == binding.group }?.entries ?? []
        let label = binding.keyLabel(.braille, limit: 4)
        let isShown = entries.contains {
          $0.keys == label
            && (!binding.isPresent(driver.model) || $0.description == binding.description)
        }
        #expect(isShown, "\(label): \(binding.description)")
      }
    }
  }

  @Test(arguments: [
    ("", "Layers"), ("tab", "Charts"), ("backtab", "Controls"), ("2", "Graph"),
  ])
  func helpBeginsWithThePaneInFocusAndEndsWithTheMouse(keys: String, title: String) {
    var driver = Driver(SampleRuns.digits(step: 100), columns: 80, lines: 24)
    driver.press(keys)
    let page = OverlayView(model: driver.model).help(offset: 0)
    #expect(page.sections.first?.title == title)
    #expect(page.sections.last?.title == "Mouse")
    #expect(Set(page.sections.map(\.title)).count == page.sections.count)
    driver.press("?")
    #expect(driver.screen.split(separator: "\n").dropFirst().first?.contains(title) == true)
  }

  @Test(arguments: [(60, 16), (80, 24), (120, 36), (200, 60)])
  func helpCutsNothingAndCoversAll(columns: Int, lines: Int) {
    var driver = Driver(
      SampleRuns.digits(step: 100, state: .paused), columns: columns, lines: lines)
    let below = driver.screen
    driver.press("?")
    var seen = ""
    for _ in 0...driver.model.helpScrollLimit {
      #expect(!driver.screen.contains("…"))
      seen += driver.screen.split(whereSeparator: { " \n│┃".contains($0) }).joined(separator: " ")
      driver.press("down")
    }
    #expect(!driver.screen.contains(below.split(separator: "\n")[0]))
    for words in ["freeze the selected", "shift", "Mouse", "the whole run again"] {
      #expect(seen.contains(words.split(separator: " ")[0]), "\(words)")
    }
  }
}
