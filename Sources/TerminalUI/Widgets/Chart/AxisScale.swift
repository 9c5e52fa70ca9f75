import Files
import Foundation

/// How values become heights. Where its rows and ticks lie: `AxisRows`.
package struct AxisScale: Sendable, Equatable {
  package struct Tick: Sendable, Equatable {
    package var value: Double
    package var label: String
  }

  package enum Format: Sendable, Equatable {
    case number
    /// Fractions, shown as percent.
    case percent
    /// Numbers of many sizes, such as rates: `1e-3` rather than `0.0010`.
    case rate
  }

  package let low: Double
  package let high: Double
  package let isLogarithmic: Bool

  /// Below it, quotients overflow: as good as zero.
  private static let smallest = 1e-290

  /// A scale for values between `low` and `high`, widened where they are one. A logarithmic one needs
  /// positive values, otherwise it is linear. What is not finite counts as nothing.
  package init(low: Double, high: Double, isLogarithmic: Bool, ceiling: Double? = nil) {
    var low = low.isFinite ? low : 0
    var high = high.isFinite ? high : 1
    if high < low { swap(&low, &high) }
    self.isLogarithmic = isLogarithmic && low > Self.smallest
    if self.isLogarithmic {
      if high / low < 1.05 {
        low /= 1.05
        high *= 1.05
      }
      self.low = low
      self.high = high
    } else {
      if high - low <= max(abs(high), abs(low)) * 1e-9 || high - low < Self.smallest {
        let half = abs(high) < Self.smallest ? 0.5 : abs(high) * 0.05
        low -= half
        high += half
      }
      self.low = low
      self.high = ceiling.map { min(high, max($0, low.nextUp)) } ?? high
    }
  }

  /// With these ends and no others.
  init(exactly low: Double, _ high: Double, isLogarithmic: Bool = false) {
    self.low = low
    self.high = high
    self.isLogarithmic = isLogarithmic
  }

  /// Where a value lies: 0 at the low end, 1 at the high one. Not cut off.
  package func share(of value: Double) -> Double {
    isLogarithmic
      ? (log(max(value, .leastNormalMagnitude)) - log(low)) / (log(high) - log(low))
      : (value - low) / (high - low)
  }

  /// Columns of the longest label.
  static let labelColumns = 5

  /// As many decimals as tell the values apart; for ratios, as each value needs.
  static func labels(_ values: [Double], isLogarithmic: Bool) -> [String] {
    let largest = values.map { abs($0) }.max() ?? 0
    let smallest = values.map { abs($0) }.filter { $0 > 0 }.min() ?? 0
    if largest >= 100_000 || (largest > 0 && largest < 0.001) || smallest < 0.00095 && isLogarithmic
    {
      return values.map { $0 == 0 ? "0" : scientific($0) }
    }
    if isLogarithmic { return values.map { short(decimal($0, most: 4)) } }
    for digits in 0...3 {
      let texts = values.map { fixed($0, digits) }
      let isExact = zip(texts, values).allSatisfy {
        abs((Double($0) ?? 0) - $1) <= largest * 1e-6 + 1e-12
      }
      if isExact { return zip(texts, values).map { $1 == 0 ? "0" : short($0) } }
    }
    return values.map { short(decimal($0, most: 4)) }
  }

  /// Without the zero before the point where that makes it fit.
  private static func short(_ text: String) -> String {
    guard text.count > labelColumns else { return text }
    if text.hasPrefix("0.") { return String(text.dropFirst()) }
    return text.hasPrefix("-0.") ? "-" + text.dropFirst(2) : text
  }

  static func fixed(_ value: Double, _ digits: Int) -> String {
    NumberText.fixed(value, digits: digits)
  }

  /// Without zeros at the end.
  static func decimal(_ value: Double, most: Int) -> String {
    var text = fixed(value, most)
    guard text.contains(".") else { return text }
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }

  /// `1e-4`, `2e5`, `1.5e-6`.
  static func scientific(_ value: Double) -> String {
    let text = NumberText.scientific(value)
    return text.replacing(".0e", with: "e")
  }
}
