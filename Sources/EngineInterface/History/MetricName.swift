/// What is measured, by the name that a journal keeps it under. Whoever measures something new adds a
/// name; nothing else lists them.
package struct MetricName: Sendable, Hashable, Comparable, Codable, RawRepresentable {
  package let rawValue: String

  package init(rawValue: String) {
    self.rawValue = rawValue
  }

  package init(from decoder: any Decoder) throws {
    rawValue = try decoder.singleValueContainer().decode(String.self)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }

  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

  package static let trainLoss = Self(rawValue: "trainLoss")
  /// Accuracies are fractions.
  package static let trainAccuracy = Self(rawValue: "trainAccuracy")
  package static let trainTop5 = Self(rawValue: "trainTop5")
  package static let validationLoss = Self(rawValue: "validationLoss")
  package static let validationAccuracy = Self(rawValue: "validationAccuracy")
  package static let validationTop5 = Self(rawValue: "validationTop5")
  /// The rate in force.
  package static let learningRate = Self(rawValue: "learningRate")
}
