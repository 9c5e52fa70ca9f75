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
    case .validating: pause.isOn && !runWantsToRun ? .paused : .validating
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
    let measurements = trainer.measurements
    return trainer.graph.summaries(trainer.settings).map { layer in
      var layer = layer
      layer.stateSinceStep = telemetry.stateSinceStep[layer.name]
      layer.milliseconds = telemetry.layerCosts.milliseconds(of: layer.name)
      layer.memoryBytes = telemetry.layerCosts.keptCount(of: layer.name).map { kept in
        let floats = layer.parameterCount + trainer.rememberedCount(ofLayer: layer.name) + kept
        return floats * MemoryLayout<Float>.stride
      }
      if let measured = measurements[layer.name] {
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
