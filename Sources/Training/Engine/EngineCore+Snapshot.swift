import EngineInterface
import Network

extension EngineCore {
  /// Everything that a screen shows, the history aside. The revision is the caller's.
  func makeSnapshot() -> EngineSnapshot {
    var snapshot = EngineSnapshot(
      run: runDescription, settings: trainer?.settings ?? TuningSettings())
    snapshot.lastApplied = lastApplied.sorted { $0.key < $1.key }.map {
      RequestID(sender: $0.key, number: $0.value)
    }
    snapshot.state = state
    snapshot.breakdown = breakdown
    snapshot.latest = telemetry.latest
    snapshot.stepTime = telemetry.stepTime
    if let trainer {
      snapshot.layers = layers(of: trainer)
      snapshot.progress = telemetry.progress(of: trainer, isValidating: phase == .validating)
      snapshot.cache = trainer.cacheStatus
    }
    return snapshot
  }

  private var state: EngineSnapshot.State {
    switch phase {
    case .preparing(let stage): .preparing(stage)
    case .solvingHead: .preparing(headProgress)
    case .training: pause.isOn ? .paused : .running
    case .validating: pause.isOn && !wantsToRun ? .paused : .validating
    case .unsaved(let error, _): .unsaved(error)
    case .finished(let ending): .finished(ending)
    case .failed(let failure): .failed(failure)
    }
  }

  private var runDescription: RunDescription {
    var description = RunDescription(
      name: run?.name ?? "", model: model, classes: trainer?.data.classes ?? [],
      outputs: trainer?.outputs ?? 0, inputShape: trainer?.graph.inputShape.dimensions ?? [],
      optimizer: configuration.optimizer, schedule: configuration.schedule.description,
      batch: configuration.batch, trainImages: trainer?.data.train.count ?? 0,
      validationImages: trainer?.data.validation?.count ?? 0, seed: configuration.seed)
    if let preparation = trainer?.preparation {
      description.pixels = preparation.pixels.rawValue
      description.pixelsSource = preparation.source
      description.pixelsReason = preparation.reason
    }
    return description
  }

  private func layers(of trainer: Trainer) -> [LayerSummary] {
    let graph = trainer.graph
    let settings = trainer.settings
    let measurements = trainer.measurements
    let prefix = FrozenPrefix(graph, frozen: settings.frozen)
    return graph.nodes.enumerated().map { index, node in
      let specifications = graph.specifications[index]
      var layer = LayerSummary(
        name: node.name, kind: node.layer.kind, detail: node.layer.detail, inputs: node.inputs,
        outputShape: graph.shapes[index].dimensions,
        parameterCount: specifications.reduce(0) { $0 + $1.count },
        trainableParameterCount: specifications.reduce(0) { $0 + ($1.isTrainable ? $1.count : 0) })
      layer.isNormalization = node.layer is BatchNormalization
      layer.isFrozen = layer.canFreeze && settings.frozen.contains(node.name)
      layer.isInFrozenPrefix = prefix.contains[index]
      layer.multiplier = settings.multipliers[node.name] ?? 1
      layer.dropout = (node.layer as? Dropout)?.rate
      layer.dropoutLayer = graph.dropoutLayer(actingOn: node.name)
      if specifications.contains(where: { !$0.unitAxes.isEmpty }) {
        layer.maxNorm = settings.maxNormInForce(for: node.name)
      }
      layer.stateSinceStep = telemetry.stateSinceStep[node.name]
      layer.milliseconds = telemetry.layerCosts.milliseconds(of: node.name)
      layer.memoryBytes = telemetry.layerCosts.keptCount(of: node.name).map { kept in
        let floats = layer.parameterCount + trainer.rememberedCount(ofLayer: node.name) + kept
        return floats * MemoryLayout<Float>.stride
      }
      if let measured = measurements[node.name] {
        layer.gradientNorm = measured.gradientNorm
        layer.weightNorm = measured.weightNorm
        layer.updateRatio = measured.updateRatio
        layer.clippedShare = measured.clippedShare
        layer.gradientHistory = measured.gradientHistory
      }
      return layer
    }
  }
}
