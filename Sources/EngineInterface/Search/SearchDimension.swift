import Glibc

/// One variable of a search and the values it may take, which a place between 0 and 1 stands for.
package struct SearchDimension: Codable, Hashable, Sendable {
  package enum Scale: Codable, Hashable, Sendable {
    /// Each step is a factor: rates, decays, limits.
    case logarithmic(lower: Double, upper: Double)
    case linear(lower: Double, upper: Double)
    case whole(lower: Int, upper: Int)
    case choices([String])
  }

  package let variable: SearchVariable
  package let scale: Scale

  package init(_ variable: SearchVariable, _ scale: Scale) {
    self.variable = variable
    self.scale = scale
  }

  /// Values that a search can have: so many axes its points can fill evenly.
  package static let countLimit = 16

  /// Why it cannot be searched; `nil` where it can.
  package var objection: OutOfRange? {
    switch scale {
    case .logarithmic(let lower, let upper):
      guard lower > 0, lower < upper, upper.isFinite else {
        return OutOfRange(
          expected: "a range of \(variable.name) from above 0 to more",
          found: "\(lower) to \(upper)")
      }
      return objection(to: lower) ?? objection(to: upper)
    case .linear(let lower, let upper):
      guard lower < upper, lower.isFinite, upper.isFinite else {
        return OutOfRange(expected: "a range of \(variable.name)", found: "\(lower) to \(upper)")
      }
      return objection(to: lower) ?? objection(to: upper)
    case .whole(let lower, let upper):
      guard 0 <= lower, lower <= upper, upper <= 1_000_000 else {
        return OutOfRange(
          expected: "a range of \(variable.name) from 0 to 1000000", found: "\(lower) to \(upper)")
      }
      return nil
    case .choices(let names):
      guard !names.isEmpty, Set(names).count == names.count else {
        return OutOfRange(
          expected: "choices of \(variable.name), each once", found: names.joined(separator: ", "))
      }
      return nil
    }
  }

  /// What the run's own table of ranges has against a value.
  private func objection(to value: Double) -> OutOfRange? {
    switch variable {
    case .learningRate: TuningRange.learningRate.objection(to: value)
    case .momentum: TuningRange.momentum.objection(to: value)
    case .weightDecay: TuningRange.weightDecay.objection(to: value)
    case .maxNorm: TuningRange.maxNorm.objection(to: value)
    case .labelSmoothing: TuningRange.labelSmoothing.objection(to: value)
    case .dropout: TuningRange.dropout.objection(to: value)
    case .frozenDepth, .headWidth, .optimizer, .schedule, .augmentation: nil
    }
  }

  /// The value at a place between 0 and 1.
  package func value(at place: Double) -> SearchValue {
    let place = min(1, max(0, place))
    switch scale {
    case .logarithmic(let lower, let upper):
      // The ends are the ends, to the bit.
      if place == 0 { return .number(lower) }
      if place == 1 { return .number(upper) }
      return .number(lower * pow(upper / lower, place))
    case .linear(let lower, let upper): return .number(lower + (upper - lower) * place)
    case .whole(let lower, let upper):
      return .number((Double(lower) + Double(upper - lower) * place).rounded())
    case .choices(let names):
      return .choice(names[min(names.count - 1, Int(place * Double(names.count)))])
    }
  }

  /// The place of a value, which may lie outside 0…1 where the value lies outside the range; `nil` for one
  /// of another kind, or none of the choices.
  package func place(of value: SearchValue) -> Double? {
    switch (scale, value) {
    case (.logarithmic(let lower, let upper), .number(let number)):
      guard number > 0, upper > lower else { return nil }
      return log(number / lower) / log(upper / lower)
    case (.linear(let lower, let upper), .number(let number)):
      return upper > lower ? (number - lower) / (upper - lower) : nil
    case (.whole(let lower, let upper), .number(let number)):
      return upper > lower ? (number - Double(lower)) / Double(upper - lower) : nil
    case (.choices(let names), .choice(let name)):
      return names.firstIndex(of: name).map { (Double($0) + 0.5) / Double(names.count) }
    default: return nil
    }
  }

  /// How many values there are to tell apart; `nil`: any number.
  package var count: Int? {
    switch scale {
    case .logarithmic, .linear: nil
    case .whole(let lower, let upper): upper - lower + 1
    case .choices(let names): names.count
    }
  }

  /// Whether a value has neighbours: choices have none.
  package var isOrdered: Bool { if case .choices = scale { false } else { true } }
}

/// What a variable of a search is set to.
package enum SearchValue: Codable, Hashable, Sendable, CustomStringConvertible {
  case number(Double)
  case choice(String)

  package var number: Double? { if case .number(let number) = self { number } else { nil } }

  package var description: String {
    switch self {
    case .number(let number): "\(number)"
    case .choice(let name): name
    }
  }
}
