import EngineInterface
import Files
import Kernels
import Network

/// Copies of a trainer that train on by themselves, while it waits: what they do, it does not know.
extension Trainer {
  /// A copy that stands where this one stands. It runs in the same arena and takes features from the same
  /// shelf; weights of layers that are frozen in `settings` it reads from this one's model.
  ///
  /// - Parameter seed: of the order of its data and of its dropout; this one's own gives the steps that this
  ///   one would make.
  /// - Throws: `GraphError` where the settings do not fit.
  func branched(_ settings: TuningSettings, seed: UInt64) throws -> Trainer {
    var configuration = configuration
    configuration.seed = seed
    let copy = prepared.branched(settings)
    // Where others are mixed in, features under the same key would be those of other pictures.
    let sharesFeatures = !corrected.mixes || settings.corrections == corrected.corrections
    let branch = Trainer(
      copy, labelled: data, graph: try copy.model.graph.tuned(by: settings),
      configuration: configuration, memory: memory, progress: progress, arena: arena,
      shelf: sharesFeatures
        ? features.shelf : FeatureShelf(FeatureMemory(.nothing, disk: SystemDisk())),
      availableMemory: availableMemory, pool: pool)
    for (mine, theirs) in zip(model.allParameters, copy.model.allParameters) where mine !== theirs {
      branch.updater.memory.copy(from: updater.memory, of: mine, to: theirs)
    }
    return branch
  }

  /// Bytes that copies take beyond what is taken already; `nil` beyond counting.
  /// - Parameter branches: the settings of copies, and how many of each there are.
  func bytes(ofBranches branches: [(settings: TuningSettings, count: Int)]) throws -> Int? {
    var common = MemoryDemand()
    var parts: [Int] = []
    for (settings, count) in branches {
      let graph = try model.graph.tuned(by: settings)
      let demand = memory.demand(graph: graph, settings: settings, batch: configuration.batch)
      let weights = model.allParameters.filter { !settings.frozen.contains($0.layer) }
        .reduce(0) { $0 + $1.values.count }
      common.activations = max(common.activations, demand.activations)
      common.workspaces = max(common.workspaces, demand.workspaces)
      let own = [MemoryDemand.bytes(ofFloats: weights), demand.optimizer, demand.batches]
      for part in own { parts += Array(repeating: part, count: count) }
    }
    parts.append(
      max(0, common.activations - MemoryDemand.bytes(ofFloats: plans.takenCount)))
    parts.append(max(0, common.workspaces - MemoryDemand.bytes(ofFloats: pool.takenCount)))
    return parts.reduce(0) { sum, part in
      sum.flatMap { sum in
        let (total, overflow) = sum.addingReportingOverflow(part)
        return overflow ? nil : total
      }
    }
  }

  /// Steps before the end of the last epoch.
  var stepsLeft: Int {
    let epochs = max(0, settings.epochs - progress.epoch + 1)
    let (steps, overflow) = epochs.multipliedReportingOverflow(by: stepsPerEpoch)
    return overflow ? .max : max(0, steps - progress.stepInEpoch)
  }

  /// One unit of a copy's work: a step, over the end of an epoch, of which only that is done that later steps
  /// depend on.
  ///
  /// - Parameter rate: in force; `nil`: that of slider and schedule.
  /// - Returns: the batch's loss; `nil` where none of its images could be read, and where this was no step.
  func advance(rate: Double? = nil) throws -> Double? {
    if isAtEpochEnd {
      if rate == nil, case .reduceOnPlateau = configuration.schedule.kind,
        try validateBatch() < 1
      {
        return nil
      }
      _ = endEpoch()
    }
    let (metrics, _, images) = try step(rate: rate)
    return images > 0 ? metrics.loss : nil
  }

  /// Validates some of the images, which stand alike far apart; the epoch's own validation is another.
  /// - Returns: `nil` where there is no validation data.
  func sampledValidation(of most: Int) -> ValidationPass? {
    guard let images = corrected.data.validation else { return nil }
    let leftOut = corrected.leftOut(.validation)
    let all = (0..<images.count).filter { !leftOut.contains($0) }
    let count = min(most, all.count)
    let sample = Set((0..<count).map { all[$0 * all.count / count] })
    return ValidationPass(
      images, leavingOut: Set(0..<images.count).subtracting(sample),
      batchSize: configuration.batch, needs: features.validationNeeds,
      penalty: updater.penalty(frozen: idleLayers), unreadable: unreadable)
  }

  /// Images that such a validation has.
  func sampleCount(of most: Int) -> Int {
    guard let images = data.validation else { return 0 }
    return min(most, images.count - corrected.leftOut(.validation).count)
  }

  func runBatch(of pass: ValidationPass) throws { try pass.runBatch(features, meter: meter) }
}
