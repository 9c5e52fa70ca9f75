import EngineInterface

#if canImport(Glibc)
  import Glibc
#endif

/// Runs at some moment, with numbers that follow from the step alone.
enum SampleRuns {
  static let start = 1_700_000_000.0

  static func digits(
    step: Int = 0, state: EngineSnapshot.State = .running, settings: TuningSettings? = nil
  ) -> EngineView {
    let run = RunDescription(
      name: "digits-2026-11-23-1", model: "digits_0_to_4", classes: ["5", "6", "7", "8", "9"],
      outputs: 5, inputShape: [28, 28, 1], optimizer: .adam, schedule: "constant", batch: 64,
      trainImages: 3000, validationImages: 500, seed: 0)
    return snapshot(
      run, SampleNetworks.digits(), step: step, stepsPerEpoch: 47, state: state,
      settings: settings ?? TuningSettings(epochs: 20))
  }

  static func resNet50(step: Int = 0, state: EngineSnapshot.State = .running) -> EngineView {
    let run = RunDescription(
      name: "resnet50-2026-11-23-1", model: "zoo:resnet50", classes: (1...8).map { "class \($0)" },
      outputs: 8, inputShape: [224, 224, 3], optimizer: .sgd, schedule: "cosine", batch: 16,
      trainImages: 2000, validationImages: 200, seed: 0)
    var settings = TuningSettings(learningRate: 3e-4, weightDecay: 1e-4, epochs: 20)
    let layers = SampleNetworks.resNet50()
    settings.frozen = Set(
      layers.filter { $0.canFreeze && ($0.name < "conv5_block2" || $0.name.hasPrefix("conv1")) }
        .map(\.name))
    settings.frozen.remove("output")
    return snapshot(
      run, layers, step: step, stepsPerEpoch: 125, state: state, settings: settings)
  }

  static func snapshot(
    _ run: RunDescription, _ layers: [LayerSummary], step: Int, stepsPerEpoch: Int,
    state: EngineSnapshot.State, settings: TuningSettings
  ) -> EngineView {
    var snapshot = EngineView(snapshot: EngineSnapshot(run: run, settings: settings))
    snapshot.revision = UInt64(step + 1)
    snapshot.state = state
    if case .preparing = state { return snapshot }
    snapshot.layers = applied(settings, to: layers, step: step)
    snapshot.progress.step = step
    snapshot.progress.epochs = settings.epochs
    snapshot.progress.stepsPerEpoch = stepsPerEpoch
    snapshot.progress.epoch = min(step / stepsPerEpoch + 1, settings.epochs)
    snapshot.progress.stepInEpoch = step % stepsPerEpoch
    if step > 0 { fill(&snapshot, stepsPerEpoch) }
    return snapshot
  }

  private static func fill(_ snapshot: inout EngineView, _ stepsPerEpoch: Int) {
    let step = snapshot.progress.step
    snapshot.progress.imagesPerSecond = 1840
    let left = snapshot.progress.epochs * stepsPerEpoch - step
    snapshot.progress.remainingSeconds = Double(left) * Double(snapshot.run.batch) / 1840
    for at in 1...step {
      snapshot.history.append(.trainLoss, step: at, value: loss(at) * (1 + 0.5 * noise(at)))
      snapshot.history.append(
        .trainAccuracy, step: at, value: min(1, accuracy(at) + 0.04 * noise(at + 7)))
      guard at % stepsPerEpoch == 0 else { continue }
      snapshot.history.append(.validationLoss, step: at, value: loss(at) * 1.2 + 0.03)
      snapshot.history.append(.validationAccuracy, step: at, value: accuracy(at) - 0.02)
    }
    snapshot.latest.trainLoss = loss(step)
    snapshot.latest.trainAccuracy = accuracy(step)
    snapshot.latest.learningRate = snapshot.settings.learningRate
    if let last = snapshot.history[.validationLoss].last {
      snapshot.latest.validationLoss = Double(last.value)
      snapshot.latest.validationAccuracy = accuracy(Int(last.step)) - 0.02
      snapshot.latest.bestLoss = Double(last.value)
      snapshot.latest.bestEpoch = Int(last.step) / stepsPerEpoch
    }
  }

  static func loss(_ step: Int) -> Double { 0.05 + 2.1 * exp(-Double(step) / 90) }
  static func accuracy(_ step: Int) -> Double { 0.985 - 0.78 * exp(-Double(step) / 80) }

  /// -1…1, from the step alone.
  static func noise(_ step: Int) -> Double {
    let mixed = UInt64(bitPattern: Int64(step)) &* 0x9E37_79B9_7F4A_7C15
    return Double((mixed ^ (mixed >> 29)) >> 40) / Double(1 << 23) - 1
  }

  static func applied(_ settings: TuningSettings, to layers: [LayerSummary], step: Int)
    -> [LayerSummary]
  {
    var isPrefix = true
    return layers.enumerated().map { index, layer in
      var layer = layer
      layer.isFrozen = settings.frozen.contains(layer.name)
      if layer.canFreeze && !layer.isFrozen { isPrefix = false }
      if let rate = layer.dropout {
        layer.dropout = settings.dropout[layer.name] ?? rate
        if layer.dropout ?? 0 > 0 { isPrefix = false }
      }
      layer.isInFrozenPrefix = isPrefix
      layer.multiplier = settings.multipliers[layer.name] ?? 1
      let limit = settings.layerMaxNorms[layer.name] ?? settings.maxNorm ?? 0
      layer.maxNorm = layer.canFreeze && limit > 0 ? limit : nil
      if layer.canFreeze, !layer.isFrozen, step > 0 {
        layer.gradientHistory = (0..<min(step, 32)).map {
          Float((1.2 + noise(step - $0 + index * 31)) * 0.01 * (1 + loss(step - $0)))
        }.reversed()
        layer.gradientNorm = layer.gradientHistory.last.map(Double.init)
        layer.weightNorm = 4 + Double(index)
        layer.updateRatio = 0.0012
      }
      return layer
    }
  }
}
