/// Numbers as a person reads them, on screens, in lines and in messages: the one place that makes text of
/// them. No locale: a screen shared over SSH looks the same everywhere.
package enum NumberText {
  /// `17 056`.
  package static func count(_ value: Int) -> String {
    let digits = Array(String(value.magnitude))
    var text = value < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(" ") }
      text.append(digit)
    }
    return text
  }

  /// The nearest whole number.
  package static func count(_ value: Double) -> String {
    guard value.isFinite else { return nonFinite(value) }
    return Int(exactly: value.rounded()).map { count($0) } ?? scientific(value)
  }

  /// `17 056`, or `17.1M` where that is wider than `width`.
  package static func count(_ value: Int, width: Int) -> String {
    let full = count(value)
    guard full.count > width else { return full }
    for (divisor, suffix) in [(1e3, "k"), (1e6, "M"), (1e9, "G"), (1e12, "T")] {
      let scaled = Double(value) / divisor
      guard scaled.magnitude < 999.5 else { continue }
      let text = fixed(
        scaled, digits: scaled.magnitude < 9.95 ? 2 : scaled.magnitude < 99.5 ? 1 : 0)
      return text + suffix
    }
    return full
  }

  /// `640 B`, `25.1 MB`: units of a thousand.
  package static func bytes(_ value: Int) -> String {
    var text = count(value, width: 3)
    guard let unit = text.last, unit.isLetter else { return text + " B" }
    text.removeLast()
    return "\(text) \(unit)B"
  }

  /// `1.5 GB`, `640 bytes`: units of a thousand, for a sentence.
  package static func size(_ bytes: Int) -> String {
    let units = ["bytes", "KB", "MB", "GB", "TB", "PB", "EB"]
    var value = Double(bytes)
    var unit = 0
    while value >= 1000, unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    let text = unit == 0 ? String(bytes) : trimmed(fixed(value, digits: 1))
    return "\(text) \(units[unit])"
  }

  /// As short as it can be said with `digits` that count: `0.00392`, `1.6e-5`, `-2`.
  package static func significant(_ value: Double, digits: Int) -> String {
    guard value.isFinite else { return nonFinite(value) }
    guard value != 0 else { return "0" }
    let (mantissa, exponent) = parts(of: value, digits: max(digits - 1, 0))
    guard let exponent else { return mantissa }
    guard (-4..<digits).contains(exponent) else {
      return trimmed(mantissa) + "e" + String(exponent)
    }
    return trimmed(fixed(value, digits: digits - 1 - exponent))
  }

  /// `value` with `digits` behind the point.
  package static func fixed(_ value: Double, digits: Int) -> String {
    guard value.isFinite else { return nonFinite(value) }
    let scale = power(of: 10, digits)
    let scaled = (value.magnitude * scale).rounded()
    guard scaled < 9e15 else { return scientific(value) }
    let units = Int(saturating: scaled)
    let divisor = Int(saturating: scale)
    var text = value < 0 && units != 0 ? "-" : ""
    text += String(units / divisor)
    if digits > 0 {
      let fraction = String(units % divisor)
      text += "." + String(repeating: "0", count: digits - fraction.count) + fraction
    }
    return text
  }

  /// `3.2e-4`.
  package static func scientific(_ value: Double) -> String {
    let (mantissa, exponent) = parts(of: value, digits: 1)
    guard let exponent else { return mantissa }
    return mantissa + "e" + String(exponent)
  }

  /// `3e-4`, `0.05`, `12`: as short as it can be said with three digits.
  package static func short(_ value: Double) -> String {
    guard value.isFinite else { return nonFinite(value) }
    if value == 0 { return "0" }
    if value.magnitude >= 0.01, value.magnitude < 10_000 {
      let digits =
        value.magnitude >= 100 ? 0 : value.magnitude >= 10 ? 1 : value.magnitude >= 1 ? 2 : 3
      return trimmed(fixed(value, digits: digits))
    }
    let (mantissa, exponent) = parts(of: value, digits: 2)
    guard let exponent else { return mantissa }
    return trimmed(mantissa) + "e" + String(exponent)
  }

  /// A loss or a norm with three digits that count: `0.081`, `2.31`, `1.2e-5`.
  package static func metric(_ value: Double) -> String {
    guard value.isFinite else { return nonFinite(value) }
    let magnitude = value.magnitude
    if magnitude == 0 { return "0.000" }
    if magnitude < 0.000_95 || magnitude >= 99_999.5 { return scientific(value) }
    if magnitude < 0.0995 { return fixed(value, digits: 4) }
    if magnitude < 9.995 { return fixed(value, digits: 3) }
    if magnitude < 99.95 { return fixed(value, digits: 2) }
    return fixed(value, digits: 0)
  }

  /// A fraction as `98.1 %`.
  package static func percent(_ fraction: Double) -> String {
    fraction.isFinite ? fixed(fraction * 100, digits: 1) + " %" : nonFinite(fraction)
  }

  /// `0.83`, `8.1`, `412`.
  package static func milliseconds(_ value: Double) -> String {
    guard value.isFinite else { return nonFinite(value) }
    return fixed(value, digits: value < 0.995 ? 2 : value < 99.95 ? 1 : 0)
  }

  /// `0:21`, `12:05`, `3:02:41`, `4 d 02 h`.
  package static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "?" }
    let total = Int(saturating: seconds.rounded())
    let (minutes, rest) = (total / 60, total % 60)
    if minutes < 60 { return "\(minutes):\(padded(rest))" }
    if minutes < 24 * 60 { return "\(minutes / 60):\(padded(minutes % 60)):\(padded(rest))" }
    return "\(minutes / 1440) d \(padded(minutes / 60 % 24)) h"
  }

  /// `14:02:51`: `time` in seconds since 1970, `offset` that of the local time from UTC in seconds.
  package static func clock(_ time: Double, offset: Int) -> String {
    guard time.isFinite, time.magnitude < 1e12 else { return "--:--:--" }
    let day = 86_400
    let seconds = ((Int(saturating: time) + offset) % day + day) % day
    return "\(padded(seconds / 3600)):\(padded(seconds / 60 % 60)):\(padded(seconds % 60))"
  }

  /// `28×28×16`.
  package static func shape(_ sides: [Int]) -> String {
    sides.map(String.init).joined(separator: "×")
  }

  /// `1 layer`, `3 layers`.
  package static func quantity(_ value: Int, _ noun: String, plural: String? = nil) -> String {
    count(value) + " " + (value == 1 ? noun : plural ?? noun + "s")
  }

  /// With zeros before it, where it has fewer digits: `00042`.
  package static func padded(_ value: Int, digits: Int = 2) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  private static func nonFinite(_ value: Double) -> String {
    value.isNaN ? "NaN" : value < 0 ? "-inf" : "inf"
  }

  private static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var text = Substring(text)
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return String(text)
  }

  /// Mantissa with `digits` behind the point, and exponent; `nil` where the number has none.
  private static func parts(of value: Double, digits: Int) -> (String, Int?) {
    guard value.isFinite else { return (nonFinite(value), nil) }
    guard value != 0 else { return (fixed(0, digits: digits), 0) }
    var magnitude = value.magnitude
    var exponent = 0
    while magnitude >= 10 { (magnitude, exponent) = (magnitude / 10, exponent + 1) }
    while magnitude < 1 { (magnitude, exponent) = (magnitude * 10, exponent - 1) }
    var mantissa = fixed(magnitude, digits: digits)
    // 9.96 rounds to 10.0, which is no mantissa.
    if mantissa.hasPrefix("10") {
      mantissa = fixed(1, digits: digits)
      exponent += 1
    }
    return ((value < 0 ? "-" : "") + mantissa, exponent)
  }

  private static func power(of base: Double, _ exponent: Int) -> Double {
    (0..<max(exponent, 0)).reduce(1) { product, _ in product * base }
  }
}
