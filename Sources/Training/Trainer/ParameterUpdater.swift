import EngineInterface
import Kernels
import Network

/// Moves the parameters by their gradients: penalties on their size, clipping by the common norm, the
/// optimiser with each layer's multiplier, weight decay on kernels, max-norm. Measures what it does on
/// the way.
final class ParameterUpdater {
  let memory: OptimizerMemory
  private(set) var measurements = LayerMeasurements()
  /// Limit on the norm of the whole gradient.
  let clipNorm: Double?
  private let rules: WeightRules
  private let pool: WorkerPool

  init(
    _ optimizer: any Optimizer, clipNorm: Double?, rules: WeightRules = WeightRules(),
    pool: WorkerPool
  ) {
    memory = OptimizerMemory(optimizer)
    self.clipNorm = clipNorm
    self.rules = rules
    self.pool = pool
  }

  /// What the parameters add to the loss; those of frozen layers nothing, as in Keras 3.
  func penalty(frozen: Set<String>) -> Double {
    rules.penalized.reduce(0) { sum, rule in
      frozen.contains(rule.parameter.layer)
        ? sum
        : sum
          + rule.penalty.value(
            count: rule.parameter.values.count, weights: rule.parameter.values.pointer, pool: pool)
    }
  }

  /// Runs backward, and updates every parameter that trains.
  ///
  /// - Parameter rate: schedule × slider, without the layers' multipliers.
  func run(
    _ plan: ExecutionPlan, settings: TuningSettings, rate: Double, random: PlanRandomKey
  ) {
    measurements.beginStep()
    guard let clipNorm else {
      plan.backward(random: random) { node in
        addPenalties(node)
        update(node, settings: settings, rate: rate, gradientScale: 1)
      }
      return
    }
    // The norm of all gradients has to be known before the first of them is used.
    var squares = 0.0
    plan.backward(random: random) { node in
      addPenalties(node)
      for (parameter, gradient) in zip(node.parameters, node.parameterGradients) {
        guard let gradient else { continue }
        squares += Reduction.sumOfSquares(
          count: parameter.values.count, values: UnsafePointer(gradient), pool: pool)
      }
    }
    let scale = clipNorm / max(clipNorm, squares.squareRoot())
    for node in plan.backwardNodes {
      update(node, settings: settings, rate: rate, gradientScale: Float(scale))
    }
  }

  /// Adds what the penalties on the weights contribute to a node's gradients.
  private func addPenalties(_ node: PlannedNode) {
    guard !rules.isEmpty else { return }
    for (parameter, gradient) in zip(node.parameters, node.parameterGradients) {
      guard let gradient, let penalty = rules[parameter]?.penalty else { continue }
      penalty.addGradient(
        count: parameter.values.count, weights: parameter.values.pointer, to: gradient, pool: pool)
    }
  }

  /// Updates what a node has gradients of. A node may stand for several layers: their parameters
  /// come one layer after the other.
  private func update(
    _ node: PlannedNode, settings: TuningSettings, rate: Double, gradientScale: Float
  ) {
    var layer: LayerUpdate?
    for (parameter, gradient) in zip(node.parameters, node.parameterGradients) {
      guard let gradient else { continue }
      if layer?.name != parameter.layer {
        if let layer { note(layer) }
        layer = LayerUpdate(name: parameter.layer)
      }
      update(
        parameter, UnsafePointer(gradient), settings: settings, rate: rate,
        gradientScale: gradientScale, noting: &layer!)
    }
    if let layer { note(layer) }
  }

  private func update(
    _ parameter: Parameter, _ gradient: UnsafePointer<Float>, settings: TuningSettings,
    rate: Double, gradientScale: Float, noting layer: inout LayerUpdate
  ) {
    let specification = parameter.specification
    let target = Update.Target(
      count: parameter.values.count, weights: parameter.values.pointer, gradient: gradient,
      gradientScale: gradientScale,
      rate: Float(rate * (settings.multipliers[parameter.layer] ?? 1)),
      weightDecay: specification.role == .kernel ? Float(settings.weightDecay) : 0)
    let squares = memory.update(
      parameter, target: target, momentum: Float(settings.momentum), pool: pool)
    layer.squares = layer.squares + squares
    guard let (limit, rows, units) = limit(on: parameter, settings) else { return }
    layer.units += units
    layer.clipped += Update.maxNorm(
      rows: rows, units: units, weights: parameter.values.pointer, limit: Float(limit), pool: pool)
  }

  /// The limit on each column of a parameter's matrix `[rows, units]`; `nil` where there is none.
  private func limit(on parameter: Parameter, _ settings: TuningSettings)
    -> (limit: Double, rows: Int, units: Int)?
  {
    let rule = rules[parameter]?.limit
    guard let matrix = parameter.specification.unitMatrix else {
      // The settings limit kernels; what a file limits besides stands as it is.
      return rule.map { ($0.value, $0.rows, parameter.values.count / $0.rows) }
    }
    guard let limit = settings.maxNormInForce(for: parameter.layer) else { return nil }
    let rows = rule?.rows ?? matrix.rows
    return (limit, rows, rows == 0 ? 0 : parameter.values.count / rows)
  }

  private func note(_ layer: LayerUpdate) {
    measurements.note(layer.name, squares: layer.squares, clipped: layer.clipped, of: layer.units)
  }

  /// What a step does to one layer, added up over its parameters.
  private struct LayerUpdate {
    let name: String
    var squares = Update.Squares()
    var clipped = 0
    var units = 0
  }
}

extension TuningSettings {
  /// The limit on each unit's norm in a layer; `nil` where it is off.
  func maxNormInForce(for layer: String) -> Double? {
    let limit = layerMaxNorms[layer] ?? maxNorm
    return limit == 0 ? nil : limit
  }
}

extension ParameterSpecification {
  /// The parameter as a matrix with a unit in each column, where max-norm applies: its axes are the
  /// first ones in every layer there is.
  var unitMatrix: (rows: Int, units: Int)? {
    guard !unitAxes.isEmpty else { return nil }
    precondition(unitAxes == Array(0..<unitAxes.count), "max-norm over the axes \(unitAxes)")
    let rows = shape.prefix(unitAxes.count).reduce(1, *)
    return (rows, rows == 0 ? 0 : count / rows)
  }
}
