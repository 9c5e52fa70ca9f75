import EngineInterface
import Files
import TerminalUI

/// Runs in words.
enum RunText {
  static func state(_ state: RunSummary.State) -> String {
    switch state {
    case .running: "running"
    case .finished: "finished"
    case .stopped: "stopped"
    case .failed: "failed"
    case .unreadable: "unreadable"
    }
  }

  static func mark(_ state: RunSummary.State, _ glyphs: GlyphSet) -> String {
    switch state {
    case .running: glyphs.play
    case .finished: glyphs.check
    case .stopped: glyphs.pause
    case .failed: glyphs.cross2
    case .unreadable: glyphs.warning
    }
  }

  static func style(_ state: RunSummary.State, _ theme: Theme) -> Style {
    switch state {
    case .running: Style(theme[.liveFg])
    case .finished: theme.text
    case .stopped: theme.label
    case .failed, .unreadable: theme.failure
    }
  }

  /// The sentence behind the state; `nil` where there is none.
  static func reason(_ state: RunSummary.State) -> String? {
    switch state {
    case .running, .finished, .stopped(step: nil): nil
    case .stopped(let step?): "after step \(NumberText.count(step))"
    case .failed(let words), .unreadable(let words): words
    }
  }

  /// `11-28 22:03`, with the year where it is another than that of `now`.
  static func date(_ time: Double?, now: Double, offset: Int) -> String {
    guard let time, time.isFinite, time.magnitude < 1e11 else { return "–" }
    let seconds = Int(saturating: time) + offset
    let (year, month, day) = civil(days: floorDivide(seconds, 86_400))
    let thisYear =
      now.isFinite && now.magnitude < 1e11
      ? civil(days: floorDivide(Int(saturating: now) + offset, 86_400)).year : year
    let clock = NumberText.clock(time, offset: offset).prefix(5)
    let prefix = year == thisYear ? "" : "\(year)-"
    return "\(prefix)\(twoDigits(month))-\(twoDigits(day)) \(clock)"
  }

  /// The last part of a path, or what is none.
  static func model(_ model: String) -> String {
    model.split(separator: "/").last.map(String.init) ?? model
  }

  private static func twoDigits(_ value: Int) -> String { (value < 10 ? "0" : "") + "\(value)" }

  private static func floorDivide(_ a: Int, _ b: Int) -> Int {
    a >= 0 ? a / b : -((-a + b - 1) / b)
  }

  /// The date of the Gregorian calendar so many days after 1970-01-01, by Hinnant's `civil_from_days`.
  private static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }
}
