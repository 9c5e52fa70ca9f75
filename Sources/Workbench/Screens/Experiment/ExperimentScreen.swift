import EngineInterface
import TerminalUI

/// What is tried on copies of the run, in the place of the screen it was asked for on: a learning-rate
/// finder, or a comparison of the run with itself edited. The run waits meanwhile.
struct ExperimentScreen: Screen {
  /// No digit shows it.
  static let number = 0
  static let title = "What if"

  /// The rate that the person has moved to, by its place; `nil`: the valley, as it is found.
  private(set) var chosen: Int?
  var isLogarithmic = true

  init() {}

  var helpGroups: [String] { [ExperimentGroup.finder, ExperimentGroup.whatIf] }

  /// The place among the rates that the cursor stands at; `nil` before there is one.
  func cursor(_ test: RangeTest) -> Int? {
    guard !test.points.isEmpty else { return nil }
    let last = test.points.count - 1
    guard let place = chosen ?? (test.ending == nil ? nil : test.valley ?? test.steepest) else {
      return test.ending == nil ? nil : last
    }
    return min(max(place, 0), last)
  }

  mutating func choose(_ place: Int, _ test: RangeTest) {
    chosen = min(max(place, 0), max(test.points.count - 1, 0))
  }

  mutating func refresh(_ shared: Shared) {
    if shared.experiment == nil { chosen = nil }
  }

  mutating func goBack(_ shared: inout Shared) -> Bool { false }

  mutating func type(_ key: Key, _ shared: inout Shared) -> [Effect]? { nil }

  func draw(_ canvas: inout Canvas, _ shared: Shared) -> [HitRegion<Target>] {
    let bands = canvas.rect.split(
      .vertical, [.share(1), .fixed(canvas.rect.height < 16 ? 6 : 7)])
    switch shared.experiment?.subject {
    case .comparison(let comparison):
      let view = ComparisonView(comparison: comparison, screen: self, shared: shared)
      canvas.within(bands[0]) { view.drawChart(&$0) }
      canvas.within(bands[1]) { view.drawWords(&$0) }
      return []
    case .rangeTest(let test):
      let view = FinderView(test: test, screen: self, shared: shared)
      let regions = canvas.within(bands[0]) { view.drawChart(&$0) }
      canvas.within(bands[1]) { view.drawWords(&$0) }
      return regions
    case nil:
      drawBeginning(bands, &canvas, shared)
      return []
    }
  }

  /// Before the engine has begun.
  private func drawBeginning(_ bands: [Rect], _ canvas: inout Canvas, _ shared: Shared) {
    let theme = canvas.theme
    let title = shared.whatIf == nil ? ExperimentGroup.finder : ExperimentGroup.whatIf
    let box = Box(
      border: Style(theme[.chartBox]), title: StyledText(title, theme.strong), isFocused: true)
    let inside = canvas.frame.box(bands[0], box, glyphs: canvas.glyphs)
    let words =
      shared.state == .validating ? "it begins when the validation is over" : "it begins"
    canvas.frame.text(
      words, in: inside.row(inside.height / 2), style: theme.faint, align: .center)
    canvas.frame.box(bands[1], Box(border: Style(theme[.knobBox])), glyphs: canvas.glyphs)
  }
}

/// Headings of the help page.
enum ExperimentGroup {
  static let finder = "Learning-rate finder"
  static let whatIf = "What if"
}
