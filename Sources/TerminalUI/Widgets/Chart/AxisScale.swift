import Foundation

/// How values become heights, and where an axis has ticks.
package struct AxisScale: Sendable, Equatable {
  package struct Tick: Sendable, Equatable {
    package var value: Double
    package var label: String
  }

  package enum Format: Sendable, Equatable {
    case number
    /// Fractions, shown as percent.
    case percent
  }

  package let low: Double
  package let high: Double
  package let isLogarithmic: Bool

  /// Below it, quotients overflow: as good as zero.
  private static let smallest = 1e-290

  /// A scale for values between `low` and `high`, with a little air. A logarithmic one needs
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
      let air = pow(high / low, 0.03)
      self.low = low / air
      self.high = high * air
    } else {
      if high - low <= max(abs(high), abs(low)) * 1e-9 || high - low < Self.smallest {
        let half = abs(high) < Self.smallest ? 0.5 : abs(high) * 0.05
        low -= half
        high += half
      }
      let air = (high - low) * 0.04
      let isAtZero = low >= 0 && low - air < 0
      self.low = isAtZero ? 0 : low - air
      self.high = min(high + air, max(high, ceiling ?? .infinity))
    }
  }

  /// A scale whose ends lie at round values around `low` and `high`: as points come in it stays as
  /// it is for long, and then jumps, so that a curve that grows is not drawn anew with each of them.
  static func round(
    around low: Double, _ high: Double, isLogarithmic: Bool, ceiling: Double? = nil
  ) -> AxisScale {
    let isUsable = low.isFinite && high.isFinite && low < high
    var (low, high) = (low, high)
    if isUsable, isLogarithmic, low > smallest, high / low >= 10 {
      low = roundMantissa(low, .down)
      high = roundMantissa(high, .up)
    } else if isUsable {
      // Fine enough that the lower end of a logarithmic axis stays above zero.
      let finest = isLogarithmic && low > smallest ? low / 5 : .infinity
      let step = roundStep(atLeast: min((high - low) / 10, finest))
      let rounded = ((low / step).rounded(.down) * step, (high / step).rounded(.up) * step)
      // A logarithmic axis has no zero, and at the ends of what numbers can be nothing is round.
      if rounded.0.isFinite, !isLogarithmic || rounded.0 > 0 { low = rounded.0 }
      if rounded.1.isFinite { high = rounded.1 }
    }
    if let ceiling { high = min(high, max(ceiling, low)) }
    return AxisScale(low: low, high: high, isLogarithmic: isLogarithmic, ceiling: ceiling)
  }

  /// The next round number, of ten to a decade.
  private static func roundMantissa(_ value: Double, _ rule: FloatingPointRoundingRule) -> Double {
    let decade = pow(10, log10(value).rounded(.down))
    guard decade > 0, decade.isFinite else { return value }
    let choices = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map { $0 * decade }
    // A hair's breadth, so that a round value is its own.
    let found =
      rule == .up
      ? choices.first { $0 >= value * (1 - 1e-9) } : choices.last { $0 <= value * (1 + 1e-9) }
    return found ?? value
  }

  /// 1, 2 or 5 × 10ⁿ.
  private static func roundStep(atLeast value: Double) -> Double {
    let decade = pow(10, log10(value).rounded(.down))
    guard decade > 0, decade.isFinite else { return max(value, .leastNormalMagnitude) }
    return [1, 2, 5, 10].map { $0 * decade }.first { $0 >= value * (1 - 1e-9) } ?? value
  }

  /// Where a value lies: 0 at the low end, 1 at the high one. Not cut off.
  package func share(of value: Double) -> Double {
    isLogarithmic
      ? (log(max(value, .leastNormalMagnitude)) - log(low)) / (log(high) - log(low))
      : (value - low) / (high - low)
  }

  /// At most `count` ticks at round values, low to high, labelled alike.
  package func ticks(count: Int, format: Format = .number) -> [Tick] {
    guard count > 0, high > low, low.isFinite, high.isFinite else { return [] }
    let values = isLogarithmic ? logarithmicTicks(count) : linearTicks(count)
    let factor = format == .percent ? 100.0 : 1
    let labels = Self.labels(values.map { $0 * factor }, isLogarithmic: isLogarithmic)
    // A label that cannot say its value within the columns it has would be a lie.
    return zip(values, labels).map { Tick(value: $0, label: $1) }.filter { tick in
      guard let said = Double(tick.label) else { return false }
      return abs(share(of: said / factor) - share(of: tick.value)) < 0.02
        && tick.label.count <= Self.labelColumns
    }
  }

  /// Columns of the longest label.
  static let labelColumns = 5

  /// Round numbers 1, 2 or 5 × 10ⁿ apart.
  private func linearTicks(_ count: Int) -> [Double] {
    let rough = (high - low) / Double(max(count, 1))
    guard rough > 0 else { return [] }
    let decade = pow(10, log10(rough).rounded(.down))
    for step in [1.0, 2, 5, 10, 20, 50].map({ $0 * decade }) {
      let first = (low / step).rounded(.up)
      let last = (high / step).rounded(.down)
      let number = last - first + 1
      guard number <= Double(count) else { continue }
      guard number >= 1 else { break }
      return (0..<Int(saturating: number)).map { (first + Double($0)) * step }
    }
    return [Self.round(low + (high - low) / 2)]
  }

  /// The finest of these sets that fits: 1–9, 1 2 5, 1 3, 1 of every decade, of every second, ….
  private func logarithmicTicks(_ count: Int) -> [Double] {
    let first = Int(saturating: log10(low).rounded(.down))
    let last = Int(saturating: log10(high).rounded(.up))
    let sets: [[Double]] = [
      [1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1],
    ]
    for set in sets {
      let values = (first...last).flatMap { decade in set.map { $0 * pow(10, Double(decade)) } }
        .filter { $0 >= low && $0 <= high }
      // Fewer than two within a decade say too little: such a range is nearly linear.
      if values.count < 2, set.count > 1 { break }
      if values.count <= count { return values.isEmpty ? linearTicks(count) : values }
    }
    if high / low < 10 { return linearTicks(count) }
    var stride = 2
    while (last - first) / stride + 1 > count { stride += 1 }
    let decades = (first...last).filter { $0 % stride == 0 }.map { pow(10, Double($0)) }
      .filter { $0 >= low && $0 <= high }
    return decades.isEmpty ? linearTicks(count) : decades
  }

  private static func round(_ value: Double) -> Double {
    guard value != 0, value.isFinite else { return value }
    let unit = pow(10, log10(abs(value)).rounded(.down) - 1)
    return (value / unit).rounded() * unit
  }

  /// As many decimals as tell the values apart; for ratios, as each value needs.
  private static func labels(_ values: [Double], isLogarithmic: Bool) -> [String] {
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
    let text = String(format: "%.\(digits)f", value)
    return text.hasPrefix("-") && Double(text) == 0 ? String(text.dropFirst()) : text
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
    let text = String(format: "%.1e", value)
    let parts = text.split(separator: "e")
    guard parts.count == 2, let exponent = Int(parts[1]) else { return text }
    let mantissa = parts[0].hasSuffix(".0") ? String(parts[0].dropLast(2)) : String(parts[0])
    return "\(mantissa)e\(exponent)"
  }
}
