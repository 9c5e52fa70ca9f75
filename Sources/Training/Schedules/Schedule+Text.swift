import EngineInterface

/// Schedules as a person writes them: `cosine`, `step:3,0.1`, `warmup:1+cosine`.
extension Schedule: CustomStringConvertible {
  /// What `init(text:)` takes, for help pages.
  package static let grammar = """
    constant | step[:EPOCHS[,FACTOR]] | exponential[:RATE] | inverse-time[:RATE] | cosine[:FINAL] \
    | one-cycle[:RISE] | plateau[:PATIENCE[,FACTOR]], each with warmup:EPOCHS+ before it
    """

  /// - Throws: `ConfigurationError` for a name or a number that it does not know.
  package init(text: String) throws(ConfigurationError) {
    var rest = Substring(text)
    var warmup = 0.0
    if rest.hasPrefix("warmup:") {
      let parts = rest.dropFirst("warmup:".count).split(separator: "+", maxSplits: 1)
      guard parts.count == 2, let epochs = Double(parts[0]),
        TuningRange.warmupEpochs.contains(epochs)
      else {
        throw Self.unknown(text)
      }
      warmup = epochs
      rest = parts[1]
    }
    let parts = rest.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    var numbers: [Double] = []
    if parts.count == 2 {
      for word in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
        guard let number = Double(word), number.isFinite else { throw Self.unknown(text) }
        numbers.append(number)
      }
    }
    guard let kind = ScheduleKind(name: String(parts.first ?? ""), numbers: numbers) else {
      throw Self.unknown(text)
    }
    self.init(kind, warmupEpochs: warmup)
  }

  private static func unknown(_ text: String) -> ConfigurationError {
    ConfigurationError(option: "schedule", expected: grammar, found: text)
  }

  package var description: String {
    warmupEpochs > 0 ? "warmup:\(plain(warmupEpochs))+\(kind.description)" : kind.description
  }
}

extension ScheduleKind: CustomStringConvertible {
  init?(name: String, numbers: [Double]) {
    func number(_ index: Int, _ standard: Double, _ range: ClosedRange<Double>) -> Double? {
      guard index < numbers.count else { return standard }
      return range.contains(numbers[index]) ? numbers[index] : nil
    }
    let most: Int
    switch name {
    case "constant":
      self = .constant
      most = 0
    case "step":
      guard let epochs = number(0, 3, 1e-3...1e9), let factor = number(1, 0.1, 0...1) else {
        return nil
      }
      self = .step(epochs: epochs, factor: factor)
      most = 2
    case "exponential":
      guard let rate = number(0, 0.9, 0...1) else { return nil }
      self = .exponential(rate: rate)
      most = 1
    case "inverse-time":
      guard let rate = number(0, 0.5, 0...1e9) else { return nil }
      self = .inverseTime(rate: rate)
      most = 1
    case "cosine":
      guard let final = number(0, 0, 0...1) else { return nil }
      self = .cosine(final: final)
      most = 1
    case "one-cycle":
      guard let rise = number(0, 0.3, 0...1) else { return nil }
      self = .oneCycle(rise: rise)
      most = 1
    case "plateau":
      guard let patience = number(0, 3, 1...1e6), let factor = number(1, 0.1, 0...1) else {
        return nil
      }
      self = .reduceOnPlateau(patience: Int(patience), factor: factor)
      most = 2
    default: return nil
    }
    guard numbers.count <= most else { return nil }
  }

  package var description: String {
    switch self {
    case .constant: "constant"
    case .step(let epochs, let factor): "step:\(plain(epochs)),\(plain(factor))"
    case .exponential(let rate): "exponential:\(plain(rate))"
    case .inverseTime(let rate): "inverse-time:\(plain(rate))"
    case .cosine(let final): final == 0 ? "cosine" : "cosine:\(plain(final))"
    case .oneCycle(let rise): rise == 0.3 ? "one-cycle" : "one-cycle:\(plain(rise))"
    case .reduceOnPlateau(let patience, let factor): "plateau:\(patience),\(plain(factor))"
    }
  }
}

/// `3`, not `3.0`.
private func plain(_ value: Double) -> String {
  value == value.rounded() && abs(value) < 1e9 ? String(Int(value)) : String(value)
}
