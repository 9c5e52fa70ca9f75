import EngineInterface
import TerminalUI
import Testing

@testable import Workbench

@Suite struct BindingTests {
  /// Models in which different keys work.
  static func models() -> [Driver] {
    var drivers: [Driver] = []
    for snapshot in [
      SampleRuns.digits(state: .preparing("reading")), SampleRuns.digits(step: 100),
      SampleRuns.digits(step: 100, state: .paused),
      SampleRuns.digits(step: 940, state: .finished("20 epochs")),
      SampleRuns.digits(step: 9, state: .failed("NaN")), SampleRuns.resNet50(step: 20),
    ] {
      for keys in ["", "tab", "tab tab", "backtab", "2"] {
        var driver = Driver(snapshot)
        driver.press(keys)
        drivers.append(driver)
      }
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
    for key: Key in ["z", "ctrl-y", "/", "n", "N", "3", "4", "5", "6"] {
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

  @Test func helpAndPaletteShowEveryBindingOfTheScreen() {
    for driver in Self.models() {
      let present = WorkbenchBindings.table.bindings.filter { $0.isPresent(driver.model) }
      let help = WorkbenchBindings.table.help(for: driver.model, glyphs: .braille)
      #expect(help.flatMap(\.entries).count == present.count)
    }
  }
}
