import EngineInterface

/// Everything that is asked of a run when it begins: what `run.json` keeps, and what a resumed run
/// starts from again. What can be edited later is here with its first value.
package struct EngineConfiguration: Codable, Sendable, Equatable {
  package var optimizer = OptimizerKind.adam
  /// SGD only.
  package var nesterov = false
  package var schedule = Schedule()
  package var learningRate = 1e-3
  /// `nil`: the optimiser's default.
  package var momentum: Double?
  /// `nil`: the optimiser's default.
  package var weightDecay: Double?
  /// Limit on the norm of each unit's weights; `nil`: off.
  package var maxNorm: Double?
  /// Limit on the norm of the whole gradient; `nil`: off.
  package var clipNorm: Double?
  /// 0…1: the share of the target that is spread over all outputs.
  package var labelSmoothing = 0.0
  package var epochs = 10
  package var batch = 32
  package var seed: UInt64 = 0
  /// `nil`: one for each core. Never changes a result.
  package var threads: Int?
  /// Bytes for the features of frozen layers; 0: none are kept; `nil`: by the memory there is. Never
  /// changes a result.
  package var cacheBudget: Int?

  /// A new last layer; `nil`: replaced only where the classes do not fit the outputs.
  package var head: HeadRequest?
  /// Shell patterns of layer names, applied in order; a pattern that matches nothing is an error.
  package var freeze: [String] = []
  /// Freezes the first N layers that have parameters.
  package var freezeFirst = 0
  /// Everything but the head is frozen.
  package var freezeAllButHead = false
  /// Layers that begin from fresh random values.
  package var reinitialize: [String] = []
  package var multipliers: [PatternValue] = []
  /// Learning-rate multiplier of every layer but the head; `multipliers` come after it.
  package var pretrainedMultiplier = 1.0
  /// Rates by layer pattern; an empty pattern is every dropout layer. A layer that is no dropout
  /// layer gets one after it.
  package var dropout: [PatternValue] = []
  /// Rate of a dropout layer put before the first layer; `nil`: none.
  package var inputDropout: Double?
  /// Rate of every dropout layer on hidden dense layers, put in where there is none.
  package var hiddenDropout: Double?

  package init() {}
}

/// A value for the layers that a shell pattern (`conv*`) names.
package struct PatternValue: Codable, Sendable, Equatable {
  package var pattern: String
  package var value: Double

  package init(pattern: String, value: Double) {
    self.pattern = pattern
    self.value = value
  }
}

/// What to put in the place of a model's last layer with parameters and what follows it.
package struct HeadRequest: Codable, Sendable, Equatable {
  /// At least as many as there are classes; `nil`: exactly as many.
  package var outputs: Int?
  /// Units of dense layers with rectifiers between the body and the output.
  package var hidden: [Int] = []

  package init(outputs: Int? = nil, hidden: [Int] = []) {
    self.outputs = outputs
    self.hidden = hidden
  }
}
