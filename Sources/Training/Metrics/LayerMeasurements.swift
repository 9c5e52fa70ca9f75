import Kernels

/// What the last steps did to each layer's weights. Kept by name, so that it outlives plans.
struct LayerMeasurements {
  struct Layer {
    var squares = Update.Squares()
    /// Units that max-norm clipped in the last step, and how many it looked at.
    var clippedUnits = 0
    var limitedUnits = 0
    fileprivate var history = [Float](repeating: 0, count: LayerMeasurements.historyLength)
    fileprivate var steps = 0

    var gradientNorm: Double { squares.gradient.squareRoot() }
    var weightNorm: Double { squares.weights.squareRoot() }
    /// ‖update‖ / ‖weights‖
    var updateRatio: Double { weightNorm > 0 ? squares.change.squareRoot() / weightNorm : 0 }
    var clippedShare: Double? {
      limitedUnits > 0 ? Double(clippedUnits) / Double(limitedUnits) : nil
    }

    /// Gradient norms over the last steps, oldest first.
    var gradientHistory: [Float] {
      let length = history.count
      guard steps > length else { return Array(history.prefix(steps)) }
      let start = steps % length
      return Array(history[start...] + history[..<start])
    }
  }

  static let historyLength = 32
  private var layers: [String: Layer] = [:]
  /// Of the last step, over all layers.
  private(set) var clippedUnits = 0
  private(set) var limitedUnits = 0
  /// A layer whose weights the last step has left infinite or NaN.
  private(set) var nonFiniteLayer: String?

  subscript(name: String) -> Layer? { layers[name] }

  /// Share of units that max-norm clipped in the last step; `nil` where it is off.
  var clippedShare: Double? {
    limitedUnits > 0 ? Double(clippedUnits) / Double(limitedUnits) : nil
  }

  mutating func beginStep() {
    clippedUnits = 0
    limitedUnits = 0
    nonFiniteLayer = nil
  }

  mutating func note(_ name: String, squares: Update.Squares, clipped: Int, of units: Int) {
    clippedUnits += clipped
    limitedUnits += units
    // A sum of squares in single precision overflows for weights of 1e19 and more, which are as lost.
    if !squares.weights.isFinite { nonFiniteLayer = name }
    layers[name, default: Layer()].note(squares, clipped: clipped, of: units)
  }
}

extension LayerMeasurements.Layer {
  fileprivate mutating func note(_ squares: Update.Squares, clipped: Int, of units: Int) {
    self.squares = squares
    clippedUnits = clipped
    limitedUnits = units
    history[steps % history.count] = Float(squares.gradient.squareRoot())
    steps += 1
  }
}
