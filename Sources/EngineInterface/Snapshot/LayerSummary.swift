/// One layer, as lists and graphs show it.
package struct LayerSummary: Sendable, Codable, Equatable {
  package var name: String
  /// `Conv2D`, `Dense`, ….
  package var kind: String
  /// `3×3 32`, `relu`; may be empty.
  package var detail: String
  /// Names of the layers it reads; empty string for the graph's input.
  package var inputs: [String]
  package var outputShape: [Int]
  package var parameterCount: Int
  /// Without running statistics.
  package var trainableParameterCount: Int
  /// Whether it only scales what comes in: a graph shows no box for it.
  package var isNormalization = false
  package var isFrozen = false
  /// Inside the prefix that trains nothing: layers without parameters look frozen there.
  package var isInFrozenPrefix = false
  package var multiplier = 1.0
  /// Rate of a dropout layer; `nil` for all others.
  package var dropout: Double?
  /// Name of the dropout layer that acts on this layer's output, if there is one.
  package var dropoutLayer: String?
  package var maxNorm: Double?
  /// Of the last step in which it trained.
  package var gradientNorm: Double?
  package var weightNorm: Double?
  /// ‖update‖ / ‖weights‖.
  package var updateRatio: Double?
  /// Share of its units that max-norm clipped in the last step.
  package var clippedShare: Double?
  /// Gradient norms over the last steps, oldest first, at most 32.
  package var gradientHistory: [Float] = []
  /// Its share of a step's time, with the layers that run as one with it; `nil` where it runs with one
  /// before it, not at all, or was not measured yet.
  package var milliseconds: Double?
  /// Parameters, what the optimiser remembers of them, and what is kept from forward to backward;
  /// `nil` before it is known.
  package var memoryBytes: Int?
  /// The step at which it was last frozen or thawed; `nil` if never.
  package var stateSinceStep: Int?

  /// Running statistics alone can be frozen, too: they stand still then.
  package var canFreeze: Bool { parameterCount > 0 }

  package init(
    name: String, kind: String, detail: String, inputs: [String], outputShape: [Int],
    parameterCount: Int, trainableParameterCount: Int
  ) {
    self.name = name
    self.kind = kind
    self.detail = detail
    self.inputs = inputs
    self.outputShape = outputShape
    self.parameterCount = parameterCount
    self.trainableParameterCount = trainableParameterCount
  }
}
