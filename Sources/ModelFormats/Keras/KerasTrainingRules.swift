import Network

/// The regularizers and constraints of a layer's configuration.
extension KerasLayerConfiguration {
  /// `kernel_regularizer` and the like; `nil` where there is none, or one that adds nothing.
  /// - Parameter subject: what it is of: `kernel`, `depthwise`, `bias`, …, `activity`.
  func regularizer(of subject: String) throws(UnexpectedContent) -> Regularizer? {
    guard let rule = rule("\(subject)_regularizer") else { return nil }
    // Keras' default for each that is asked for by name.
    let standard = 0.01
    let factors: (l1: Double, l2: Double)
    switch rule.className.lowercased() {
    case "l1":
      // Until Keras 2.2 all three were functions that gave an L1L2.
      factors = (try rule.number("l1", default: try rule.number("l", default: standard)), 0)
    case "l2":
      factors = (0, try rule.number("l2", default: try rule.number("l", default: standard)))
    case "l1l2", "l1_l2":
      let omitted = rule.values.isEmpty && rule.className == "l1_l2" ? standard : 0
      factors = (
        try rule.number("l1", default: omitted), try rule.number("l2", default: omitted)
      )
    default: return .other(rule.className)
    }
    guard factors.l1 != 0 || factors.l2 != 0 else { return nil }
    return .norms(l1: Float(factors.l1), l2: Float(factors.l2))
  }

  /// `kernel_constraint` and the like; `nil` where there is none.
  /// - Parameter rank: of the parameter, which axes below 0 count from.
  func constraint(of subject: String, rank: Int) throws(UnexpectedContent) -> Constraint? {
    guard let rule = rule("\(subject)_constraint") else { return nil }
    guard ["maxnorm", "max_norm"].contains(rule.className.lowercased()) else {
      return .other(rule.className)
    }
    let limit = try rule.number("max_value", default: try rule.number("m", default: 2))
    let value = rule["axis"] ?? .number(0)
    let listed = value.list ?? [value]
    let axes = listed.compactMap(\.integer).filter { (-rank..<rank).contains($0) }
    guard axes.count == listed.count, !axes.isEmpty else {
      throw rule.unexpected(value.description, expected: "axes of the weight as 'axis'")
    }
    guard limit > 0 else {
      throw rule.unexpected("\(limit)", expected: "a 'max_value' above 0")
    }
    return .maxNorm(limit: Float(limit), axes: Set(axes.map { $0 < 0 ? $0 + rank : $0 }).sorted())
  }

  /// A rule is a name, or an object with a class and its values.
  private func rule(_ key: String) -> KerasLayerConfiguration? {
    guard let value = self[key] else { return nil }
    let name = value.string ?? value["class_name"]?.string
    // What a program registered is its own, whatever it is called.
    let registered = value["registered_name"]?.string
    let own = registered.flatMap { $0.contains(">") ? $0 : nil }
    return KerasLayerConfiguration(
      className: own ?? name ?? value.description, name: "\(self.name)' '\(key)",
      values: value["config"]?.object ?? [:])
  }
}
