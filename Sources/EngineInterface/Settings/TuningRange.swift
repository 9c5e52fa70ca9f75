/// What a value of a run may be: one table for the command line, for edits while it trains, and for
/// whatever is read from a run's files, which may come from strangers.
package struct TuningRange<Value: Comparable & Sendable>: Sendable, Equatable {
  /// As messages call it: `a learning rate`.
  package let what: String
  package let values: ClosedRange<Value>

  init(_ what: String, _ values: ClosedRange<Value>) {
    self.what = what
    self.values = values
  }

  /// Whether it is in range; not a number is never.
  package func contains(_ value: Value) -> Bool { values.contains(value) }

  /// `1 to 65536`
  package var bounds: String { "\(values.lowerBound) to \(values.upperBound)" }

  /// Why a value cannot be; `nil` where it can.
  package func objection(to value: Value) -> OutOfRange? {
    contains(value) ? nil : OutOfRange(expected: "\(what) from \(bounds)", found: "\(value)")
  }
}

/// A value that cannot be: `expected a momentum from 0.0 to 0.999999, found 2.0`.
package struct OutOfRange: Error, Codable, Equatable, CustomStringConvertible {
  package let expected: String
  package let found: String

  package init(expected: String, found: String) {
    self.expected = expected
    self.found = found
  }

  package var description: String { "expected \(expected), found \(found)" }
}

extension TuningRange where Value == Double {
  package static var learningRate: Self { Self("a learning rate", 1e-12...1e6) }
  /// Momentum of SGD and RMSprop, β₁ of Adam and AdamW.
  package static var momentum: Self { Self("a momentum", 0...0.999_999) }
  package static var weightDecay: Self { Self("a weight decay", 0...1e3) }
  /// Where it is on. Options and single layers say 0 for off.
  package static var maxNorm: Self { Self("a max-norm", 1e-9...1e9) }
  package static var clipNorm: Self { Self("a limit on the gradient's norm", 1e-9...1e9) }
  package static var labelSmoothing: Self { Self("a share of the target", 0...1) }
  package static var dropout: Self { Self("a dropout rate", 0...0.99) }
  package static var multiplier: Self { Self("a multiplier", 0...1e6) }
  /// What the rate has been multiplied by, as schedules know it.
  package static var scheduleFactor: Self { Self("a factor", 0...1) }
  package static var warmupEpochs: Self { Self("epochs of warm-up", 0...1e6) }
}

extension TuningRange where Value == Int {
  package static var epochs: Self { Self("epochs", 1...1_000_000) }
  package static var batch: Self { Self("a batch", 1...65_536) }
  package static var threads: Self { Self("threads", 1...1024) }
  package static var headOutputs: Self { Self("outputs", 1...1_000_000) }
  package static var hiddenUnits: Self { Self("hidden units", 1...1_000_000) }
  package static var hiddenLayers: Self { Self("hidden layers", 0...64) }
  /// Height, width or channels of the data's images.
  package static var imageSide: Self { Self("a side of images", 1...1 << 24) }
  package static var freezeFirst: Self { Self("a number of layers", 0...1_000_000) }
  /// Options that name layers by pattern, of each kind.
  package static var patterns: Self { Self("patterns", 0...100_000) }
  package static var patience: Self { Self("epochs of patience", 1...1_000_000) }
  /// Of each augmented picture; 0: a new one each epoch.
  package static var views: Self { Self("views", 0...1000) }
  /// Bytes.
  package static var cacheBudget: Self { Self("bytes", 0...1_000_000_000_000_000) }
  /// Steps done. A chart's points hold 32 bits, and training goes on from here.
  package static var steps: Self { Self("a step", 0...2_000_000_000) }
  /// The epoch being trained, or the one after the last.
  package static var epoch: Self { Self("an epoch", 1...1_000_001) }
  /// Of a learning-rate finder.
  package static var rangeTestSteps: Self { Self("steps of a learning-rate finder", 10...10_000) }
  /// Of each copy in a comparison.
  package static var comparisonSteps: Self { Self("steps of a comparison", 1...5000) }
  /// Epochs that a plateau has been waited on.
  package static var waited: Self { Self("epochs waited", 0...1_000_000) }
}

extension TuningSettings {
  /// Which value cannot be, and why; `nil` where all of them can.
  package var objection: OutOfRange? {
    let off = 0.0
    return TuningRange.learningRate.objection(to: learningRate)
      ?? TuningRange.momentum.objection(to: momentum)
      ?? TuningRange.weightDecay.objection(to: weightDecay)
      ?? maxNorm.flatMap { $0 == off ? nil : TuningRange.maxNorm.objection(to: $0) }
      ?? TuningRange.epochs.objection(to: epochs)
      ?? TuningRange.multiplier.firstObjection(to: multipliers)
      ?? TuningRange.maxNorm.firstObjection(to: layerMaxNorms.filter { $0.value != off })
      ?? TuningRange.dropout.firstObjection(to: dropout)
      ?? TuningRange.dropout.firstObjection(to: insertedDropout)
  }
}

extension TuningRange {
  /// The first in the order of the names, so that it is always the same.
  fileprivate func firstObjection(to values: [String: Value]) -> OutOfRange? {
    values.filter { !contains($0.value) }.min { $0.key < $1.key }
      .flatMap { objection(to: $0.value) }
  }
}
