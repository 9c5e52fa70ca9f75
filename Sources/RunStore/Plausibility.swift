import EngineInterface

// Journals and checkpoints may come from strangers, so what they ask of the engine is held to the
// ranges that the program itself offers: whoever reads them need not check again.

extension TuningSettings {
  /// Whether every value lies where training can use it.
  var isPlausible: Bool {
    learningRate.isQuantity && momentum.isShare && weightDecay.isQuantity
      && maxNorm?.isQuantity ?? true && 0...Int(Int32.max) ~= epochs
      && multipliers.values.allSatisfy(\.isQuantity)
      && layerMaxNorms.values.allSatisfy(\.isQuantity) && dropout.values.allSatisfy(\.isShare)
      && insertedDropout.values.allSatisfy(\.isShare)
  }
}

extension EngineCommand {
  /// Whether its value lies where training can use it.
  var isPlausible: Bool {
    switch self {
    case .freeze, .thaw, .pause, .resume, .singleStep, .checkpoint, .stop: true
    case .setLearningRate(let value), .setWeightDecay(let value): value.isQuantity
    case .setMultiplier(_, let value): value.isQuantity
    case .setMaxNorm(_, let limit): limit?.isQuantity ?? true
    case .setMomentum(let value): value.isShare
    case .setDropout(_, let rate), .insertDropout(_, let rate): rate.isShare
    case .setEpochs(let epochs): 0...Int(Int32.max) ~= epochs
    }
  }
}

extension Double {
  fileprivate var isQuantity: Bool { isFinite && self >= 0 }
  /// From 0 to just below 1.
  fileprivate var isShare: Bool { 0..<1 ~= self }
}
