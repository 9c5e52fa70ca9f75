import EngineInterface

/// Layers as they will be once the commands on their way have been applied: what the snapshot says,
/// and over it what the person has just asked for.
struct LayerValues: Sendable {
  /// What the engine has applied.
  let applied: TuningSettings
  /// The same with every pending command.
  let wanted: TuningSettings

  func isFrozen(_ layer: LayerSummary) -> Bool {
    let wish = wanted.frozen.contains(layer.name)
    return wish == applied.frozen.contains(layer.name) ? layer.isFrozen : wish
  }

  func isFreezePending(_ layer: LayerSummary) -> Bool {
    wanted.frozen.contains(layer.name) != applied.frozen.contains(layer.name)
  }

  func multiplier(_ layer: LayerSummary) -> Double {
    let wish = wanted.multipliers[layer.name]
    return wish == applied.multipliers[layer.name] ? layer.multiplier : wish ?? 1
  }

  func isMultiplierPending(_ layer: LayerSummary) -> Bool {
    wanted.multipliers[layer.name] != applied.multipliers[layer.name]
  }

  /// The limit in force on a layer; infinity where there is none.
  func maxNorm(_ layer: LayerSummary) -> Double {
    if isMaxNormPending(layer) { return Self.limit(of: layer.name, in: wanted) }
    guard let limit = layer.maxNorm, limit > 0 else { return .infinity }
    return limit
  }

  func isMaxNormPending(_ layer: LayerSummary) -> Bool {
    Self.limit(of: layer.name, in: wanted) != Self.limit(of: layer.name, in: applied)
  }

  /// Rate of the dropout layer `layer`; `nil` where it is none.
  func dropout(_ layer: LayerSummary) -> Double? {
    guard let rate = layer.dropout else { return nil }
    return isDropoutPending(layer.name) ? Self.rate(of: layer.name, in: wanted) ?? rate : rate
  }

  func isDropoutPending(_ layer: String) -> Bool {
    Self.rate(of: layer, in: wanted) != Self.rate(of: layer, in: applied)
  }

  /// Rate of a dropout layer that was asked for after `layer` and is not there yet.
  func dropoutToCome(after layer: String) -> Double? {
    applied.insertedDropout[layer] == nil ? wanted.insertedDropout[layer] : nil
  }

  private static func limit(of layer: String, in settings: TuningSettings) -> Double {
    let limit = settings.layerMaxNorms[layer] ?? settings.maxNorm ?? 0
    return limit > 0 ? limit : .infinity
  }

  private static func rate(of layer: String, in settings: TuningSettings) -> Double? {
    if let rate = settings.dropout[layer] { return rate }
    return settings.insertedDropout.first {
      TuningSettings.insertedName(after: $0.key) == layer
    }?.value
  }
}
