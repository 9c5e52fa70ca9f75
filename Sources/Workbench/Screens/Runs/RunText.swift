import EngineInterface
import Files
import Glibc
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
    guard let time, let date = calendarDate(time, offset) else { return "–" }
    let thisYear = calendarDate(now, offset)?.year ?? date.year
    let clock = NumberText.clock(time, offset: offset).prefix(5)
    let prefix = date.year == thisYear ? "" : "\(date.year)-"
    return "\(prefix)\(twoDigits(date.month))-\(twoDigits(date.day)) \(clock)"
  }

  /// The last part of a path, or what is none.
  static func model(_ model: String) -> String {
    model.split(separator: "/").last.map(String.init) ?? model
  }

  private static func twoDigits(_ value: Int) -> String { (value < 10 ? "0" : "") + "\(value)" }

  /// `nil` for what is no time.
  private static func calendarDate(_ seconds: Double, _ offset: Int)
    -> (year: Int, month: Int, day: Int)?
  {
    guard seconds.isFinite, seconds.magnitude < 1e11 else { return nil }
    // Whole seconds as the clock beside it counts them.
    var time = time_t(Int(saturating: seconds) + offset)
    var parts = tm()
    guard gmtime_r(&time, &parts) != nil else { return nil }
    return (Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday))
  }
}
