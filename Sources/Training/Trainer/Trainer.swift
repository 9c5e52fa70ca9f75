import Datasets
import EngineInterface
import Files
import Images
import Kernels
import Network
import RunStore

/// Training itself: a model, its data and where it stands; one call, one step. Knows neither
/// commands nor time tables nor screens. Belongs to one queue at a time.
package final class Trainer {
  let model: Model
  /// The model with all that training makes of it.
  let prepared: PreparedModel
  /// As it was read.
  let data: TrainingData
  /// With what was said of images when the epoch began.
  private(set) var corrected: CorrectedData
  let configuration: EngineConfiguration
  /// How the data's pictures enter the model.
  let preparation: ImagePreparation
  let stepsPerEpoch: Int
  private(set) var settings: TuningSettings
  /// The model's graph with dropout as it is set now.
  private(set) var graph: Graph
  private(set) var progress: TrainingProgress
  private(set) var condition = Condition.intact

  /// Whether what stands in memory is what the steps so far have made of it.
  enum Condition: Equatable {
    case intact
    /// This step could not be done, and has spoilt it.
    case broken(step: Int)
  }

  var isIntact: Bool { condition == .intact }

  let updater: ParameterUpdater
  let features: FeatureCache
  /// Bytes that can still be taken.
  let availableMemory: () -> Int
  let pool: WorkerPool
  /// A head that is being solved: meanwhile no step is made.
  var headSolving: HeadSolving? { didSet { replan() } }
  let plans: PlanCache
  let arena: Arena
  let meter: LossMeter
  let memory: TrainingMemory
  /// Images that could not be read, for a person.
  let unreadable = UnreadableImages()
  private var loader: BatchLoader
  private var validation: ValidationPass?
  private(set) var lastValidation: ValidationRecord?
  /// What was said of each training image in the last step that trained on it, as training sees it.
  private(set) var trainOutcomes: ImageOutcomes
  /// Seconds that loaders of before have waited.
  private var waitedBefore = 0.0

  /// Of the last validation.
  var confusion: ConfusionMatrix? { lastValidation?.confusion }

  /// Features are kept in memory only.
  /// - Throws: `GraphError`, `DatasetError`, `MemoryShortage`.
  package convenience init(
    _ prepared: PreparedModel, data: TrainingData, configuration: EngineConfiguration,
    pool: WorkerPool
  ) throws {
    try self.init(
      prepared, data: data, configuration: configuration, cachePath: nil, pool: pool)
  }

  /// - Parameters:
  ///   - cachePath: where features may be kept that outgrow memory; `nil`: nowhere.
  ///   - shelf: features that are kept in common with other trainers of the same data; the limits are its
  ///     own.
  ///   - trunk: what the frozen layers run in whose features are kept, in common with other trainers of the
  ///     same queue; `nil`: what all runs in.
  ///   - availableMemory: bytes of memory that can still be taken.
  ///   - cacheLimits: of the feature cache; `nil`: as the configuration says and memory allows.
  /// - Throws: as above.
  convenience init(
    _ prepared: PreparedModel, data: TrainingData, configuration: EngineConfiguration,
    cachePath: String?, cacheLimits: FeatureMemory.Limits? = nil,
    disk: any DiskSpace = SystemDisk(), shelf: FeatureShelf? = nil, trunk: PlanRoom? = nil,
    availableMemory: @escaping () -> Int = { SystemMemory.current.available }, pool: WorkerPool
  ) throws {
    let data = prepared.labelled(data)
    let graph = try prepared.model.graph.tuned(by: prepared.settings)
    try data.checkFits(inputShape: graph.inputShape.dimensions)
    try data.checkFits(outputs: prepared.loss.classes)
    let memory = TrainingMemory(
      prepared.model, configuration: configuration, images: data.imageCounts,
      threads: trunk?.pool.threads ?? pool.threads)
    let available = availableMemory()
    try memory.check(graph: graph, settings: prepared.settings, available: available)
    let demand = memory.demand(
      graph: graph, settings: prepared.settings, batch: configuration.batch)
    let limits =
      cacheLimits
      ?? FeatureMemory.Limits(
        budget: configuration.cacheBudget, path: cachePath,
        available: max(0, available - demand.afterReading),
        diskReserve: Self.checkpointsKeptFree * memory.checkpointBytes)
    self.init(
      prepared, labelled: data, graph: graph, configuration: configuration, memory: memory,
      shelf: shelf ?? FeatureShelf(FeatureMemory(limits, disk: disk)), trunk: trunk,
      availableMemory: availableMemory, pool: pool)
  }

  /// - Parameters:
  ///   - data: with the classes of the head.
  ///   - graph: tuned by the settings that it begins with.
  ///   - memory: what training the network takes.
  ///   - progress: where it begins.
  ///   - arena: in which its plans run; perhaps with those of another trainer of the same queue.
  ///   - trunk: as above.
  init(
    _ prepared: PreparedModel, labelled data: TrainingData, graph: Graph,
    configuration: EngineConfiguration, memory: TrainingMemory,
    progress: TrainingProgress = TrainingProgress(), arena: Arena = Arena(), shelf: FeatureShelf,
    trunk: PlanRoom? = nil,
    availableMemory: @escaping () -> Int,
    pool: WorkerPool
  ) {
    self.prepared = prepared
    model = prepared.model
    preparation = prepared.preparation
    self.data = data
    self.graph = graph
    self.configuration = configuration
    self.progress = progress
    self.arena = arena
    self.availableMemory = availableMemory
    self.memory = memory
    self.pool = pool
    settings = prepared.settings
    let corrected = CorrectedData(data, progress.corrections ?? ImageCorrections())
    self.corrected = corrected
    trainOutcomes = ImageOutcomes(count: data.train.count)
    updater = ParameterUpdater(
      configuration.optimizer.makeOptimizer(nesterov: configuration.nesterov),
      clipNorm: configuration.clipNorm, rules: prepared.rules, pool: pool)
    plans = PlanCache(
      model, graph: graph, frozen: settings.frozen, holdsGradients: configuration.clipNorm != nil,
      arena: arena, pool: pool)
    meter = LossMeter(
      prepared.loss, weights: configuration.classWeights == nil ? nil : corrected.classWeights,
      pool: pool)
    features = FeatureCache(
      model, graph: graph, data: data, plans: plans,
      trunk: trunk.map {
        PlanCache(
          prepared.model, graph: graph, frozen: prepared.settings.frozen, arena: $0.arena,
          pool: $0.pool)
      }, batch: configuration.batch, shelf: shelf)
    features.update(graph: graph, frozen: settings.frozen)
    // One that stands at the end of an epoch reads on in the next.
    loader = Self.loader(
      corrected, configuration, features, unreadable, epoch: progress.epoch,
      batch: progress.stepInEpoch)
    stepsPerEpoch = loader.batchesPerEpoch
  }

  /// Checkpoints for which the feature cache leaves room on its disk: a new one stands beside those
  /// that are kept before one of them goes.
  private static let checkpointsKeptFree = 3

  private static func loader(
    _ corrected: CorrectedData, _ configuration: EngineConfiguration, _ features: FeatureCache,
    _ unreadable: UnreadableImages, epoch: Int, batch: Int
  ) -> BatchLoader {
    let images = corrected.data.train
    return BatchLoader(
      dataset: images, batchSize: configuration.batch,
      order: .shuffled(seed: configuration.seed), epoch: epoch, batch: batch,
      needs: features.trainNeeds, leftOut: corrected.leftOut(.train),
      workers: configuration.threads ?? WorkerPool.coreCount,
      onUnreadable: { unreadable.note(images.name($0), $1) })
  }

  var outputs: Int { graph.outputShape.count }
  var loss: ClassificationLoss { meter.loss }
  /// Floats of the arena that are taken.
  var arenaCount: Int { plans.takenCount }
  /// Bytes that this trainer takes for itself: weights that change, what the optimiser remembers of them,
  /// activations.
  var takenBytes: Int {
    let weights = changingParameters.reduce(0) { $0 + $1.values.count }
    let slots = configuration.optimizer.makeOptimizer(nesterov: configuration.nesterov).slots.count
    return MemoryDemand.bytes(ofFloats: weights * (1 + slots) + arenaCount)
  }
  var measurements: LayerMeasurements { updater.measurements }
  var cacheStatus: FeatureCacheStatus { features.status }
  /// Seconds spent waiting for data since the trainer was made.
  var waitedSeconds: Double { waitedBefore + loader.waitedSeconds }

  /// Floats that the optimiser remembers of a layer.
  func rememberedCount(ofLayer name: String) -> Int {
    (model.parameters[name] ?? []).reduce(0) { $0 + updater.memory.count(of: $1) }
  }

  /// Told from now on how long each part of a step takes; `nil`: nobody is.
  package var profile: PlanProfile? {
    get { plans.profile }
    set { plans.profile = newValue }
  }

  // MARK: - Settings

  /// Takes up other settings, from the next step on.
  /// - Throws: `GraphError` where they do not fit the graph, `MemoryShortage` where what they train
  ///   does not fit into memory; nothing is changed then.
  func apply(_ next: TuningSettings) throws {
    let tuned = try model.graph.tuned(by: next)
    let changesPlan = next.changesPlan(from: settings)
    if changesPlan { try checkGrowth(graph: tuned, settings: next) }
    if next.headAfter != settings.headAfter { extendModel(to: tuned) }
    settings = next
    graph = tuned
    if changesPlan { replan() }
  }

  /// Makes weights for a head that was put elsewhere, and lets go of those of the one before, unless that
  /// is the model's own.
  private func extendModel(to graph: Graph) {
    let dropped = model.extend(to: graph, seed: configuration.seed, pool: pool)
    for parameter in dropped { updater.memory.forget(parameter) }
  }

  /// Layers that add nothing to the loss: frozen ones, and those that the head has cut off.
  var idleLayers: Set<String> {
    guard settings.headAfter != nil else { return settings.frozen }
    return settings.frozen.union(
      model.graph.nodes.map(\.name).filter { graph.index(of: $0) == nil })
  }

  /// Takes up graph and freeze line as they are now: the settings', or those of a head being solved.
  private func replan() {
    var line = (graph: graph, frozen: settings.frozen)
    if let headSolving {
      let head = SolvableHead(graph)
      headSolving.source = head.source
      line = head.line(in: graph, frozen: settings.frozen)
    }
    plans.replace(graph: line.graph, frozen: line.frozen)
    features.update(graph: line.graph, frozen: line.frozen)
  }

  /// Whether there is memory for what other settings take beyond what is taken already.
  private func checkGrowth(graph: Graph, settings: TuningSettings) throws(MemoryShortage) {
    let batch = configuration.batch
    let now = memory.demand(graph: self.graph, settings: self.settings, batch: batch)
    let next = memory.demand(graph: graph, settings: settings, batch: batch)
    // Of the arena and the workspaces something may not be taken yet, before the first step.
    let more = [
      (next.activations, MemoryDemand.bytes(ofFloats: plans.takenCount)),
      (next.workspaces, MemoryDemand.bytes(ofFloats: pool.takenCount)),
      (next.optimizer, now.optimizer), (next.batches, now.batches),
    ].reduce(0) { $0.addingReportingOverflow(max(0, $1.0 - $1.1)).partialValue }
    guard more > 0 else { return }
    try MemoryShortage.check(
      more < 0 ? nil : more, for: "training more layers of \(graph.name) at batch \(batch)",
      available: availableMemory())
  }

  /// The rate in force in the coming step, without the layers' multipliers.
  var learningRate: Double {
    let position = SchedulePosition(
      step: progress.step, stepsPerEpoch: stepsPerEpoch, epochs: settings.epochs)
    return settings.learningRate
      * configuration.schedule.factor(at: position, plateauFactor: progress.plateau.factor)
  }

  // MARK: - Steps

  /// Whether the epoch's steps are all done, and validation and its end come next.
  package var isAtEpochEnd: Bool { progress.stepInEpoch == stepsPerEpoch }

  var isDone: Bool { progress.epoch > settings.epochs }

  /// One step: forward, loss, backward, update.
  ///
  /// - Parameter given: the rate in force in this step; `nil`: that of slider and schedule.
  /// - Returns: the batch's metrics, the rate that was in force, and how many images there were: none
  ///   where none of the batch can be read, and then nothing has changed but the count of steps.
  /// - Throws: `TrainingError`, what the data throws. `condition` says what that has done to the weights.
  package func step(rate given: Double? = nil) throws -> (
    metrics: EpochSummary.Metrics, learningRate: Double, images: Int
  ) {
    precondition(!isAtEpochEnd && !isDone, "a step at the end of epoch \(progress.epoch)")
    precondition(headSolving == nil, "a step while the head is being solved")
    let start = ContinuousClock.now
    if progress.stepInEpoch == 0, settings.corrections != corrected.corrections {
      correct(settings.corrections)
      replaceLoader()
    }
    let rate = given ?? learningRate
    let random = PlanRandomKey(seed: configuration.seed, step: progress.step)
    guard
      let (batch, plan) = try features.runNext(
        of: loader, part: .train, purpose: .training, random: random)
    else {
      // Counted all the same, so that a step is always the same place in the data.
      progress.note(MetricSums(), rate: rate, since: start)
      return (MetricSums().means(outputs: outputs), rate, 0)
    }
    // Before the gradient takes the logits' place.
    let said = meter.answers(rows: batch.count, logits: plan.output)
    let sums = meter.evaluateTraining(
      rows: batch.count, logits: plan.output, labels: batch.labels, mixes: batch.mixes,
      penalty: updater.penalty(frozen: idleLayers), gradient: plan.outputGradient)
    guard sums.loss.isFinite else {
      condition = .broken(step: progress.step + 1)
      throw TrainingError.lossNotFinite(step: progress.step + 1, loss: sums.loss)
    }
    updater.run(plan, settings: settings, rate: rate, random: random)
    if let layer = updater.measurements.nonFiniteLayer {
      condition = .broken(step: progress.step + 1)
      throw TrainingError.weightsNotFinite(step: progress.step + 1, layer: layer)
    }
    for (row, answer) in said.enumerated() {
      trainOutcomes.note(
        batch.indices[batch.indices.startIndex + row], loss: meter.losses.pointer[row], answer)
    }
    progress.note(sums, rate: rate, since: start)
    return (sums.means(outputs: outputs), rate, batch.count)
  }

  /// Takes up what was said of images: it holds for the epoch that begins, its validation included.
  private func correct(_ corrections: ImageCorrections) {
    let before = corrected
    corrected = CorrectedData(data, corrections)
    progress.corrections = corrections.isEmpty ? nil : corrections
    for missing in corrected.resolved.unknown { unreadable.note(missing: missing.image.name) }
    if configuration.classWeights != nil { meter.weights = corrected.classWeights }
    // Features of mixtures are no longer those of the same pictures.
    if corrected.mixes, corrected.leftOut(.train) != before.leftOut(.train) {
      features.forget()
      features.update(graph: graph, frozen: settings.frozen)
    }
  }

  /// Reads on where training stands.
  private func replaceLoader() {
    waitedBefore += loader.waitedSeconds
    loader = Self.loader(
      corrected, configuration, features, unreadable,
      epoch: isAtEpochEnd ? progress.epoch + 1 : progress.epoch,
      batch: isAtEpochEnd ? 0 : progress.stepInEpoch)
  }

  // MARK: - The end of an epoch

  /// Validates one more batch.
  /// - Returns: the share of validation that is done; 1 also where there is no validation data.
  package func validateBatch() throws -> Double {
    precondition(isAtEpochEnd, "validation after step \(progress.stepInEpoch)")
    guard let images = corrected.data.validation else { return 1 }
    let pass =
      validation
      ?? ValidationPass(
        images, leavingOut: corrected.leftOut(.validation), batchSize: configuration.batch,
        needs: features.validationNeeds, penalty: updater.penalty(frozen: idleLayers),
        unreadable: unreadable)
    validation = pass
    try pass.runBatch(features, meter: meter)
    return pass.shareDone
  }

  /// Ends the epoch after validation, and goes on to the next.
  /// - Returns: what came of it, and whether it is the best so far.
  package func endEpoch() -> (summary: EpochSummary, isBest: Bool) {
    precondition(isAtEpochEnd && validation?.shareDone ?? 1 == 1, "an epoch that is not over")
    let train = progress.sums.means(outputs: outputs)
    let validationMetrics = validation.map { $0.sums.means(outputs: outputs) }
    lastValidation = validation.map {
      ValidationRecord(
        epoch: progress.epoch, confusion: $0.confusion, outcomes: $0.outcomes, labels: $0.labels)
    }
    let images = Double(corrected.trainCount)
    let summary = EpochSummary(
      epoch: progress.epoch, step: progress.step, train: train, validation: validationMetrics,
      imagesPerSecond: progress.seconds > 0 ? images / progress.seconds : 0,
      learningRate: progress.learningRate, cacheHitShare: features.endEpoch())
    let loss = validationMetrics?.loss ?? train.loss
    if case .reduceOnPlateau(let patience, let factor) = configuration.schedule.kind {
      progress.plateau.note(loss: loss, patience: patience, factor: factor)
    }
    let isBest = loss < progress.best?.loss ?? .infinity
    if isBest { progress.best = TrainingProgress.Best(loss: loss, epoch: progress.epoch) }
    progress.epoch += 1
    progress.stepInEpoch = 0
    progress.sums = MetricSums()
    progress.seconds = 0
    validation = nil
    return (summary, isBest)
  }

  // MARK: - Checkpoints

  /// Gives back what the feature cache has taken of the disk. Never changes a result.
  /// - Returns: whether there was something to give.
  func giveUpCacheFiles() -> Bool { features.giveUpFiles() }

  /// - Parameter changingOnly: whether the weights of frozen layers are left out.
  func checkpoint(changingOnly: Bool = false) -> Checkpoint {
    let parameters = changingOnly ? changingParameters : model.allParameters
    let (slots, counters) = updater.memory.state(of: parameters)
    return Checkpoint(
      step: progress.step, settings: settings, parameters: parameters, slots: slots,
      counters: counters, state: progress)
  }

  /// Those of layers that are not frozen.
  private var changingParameters: [Parameter] {
    model.allParameters.filter { !settings.frozen.contains($0.layer) }
  }

  /// Takes up the weights of a trainer of the same network, and what its optimiser remembers of them, between
  /// two epochs' ends: where training stands, it stays.
  /// - Throws: `FormatError`, `FileError`, `GraphError`, `MemoryShortage` where they do not fit; nothing is
  ///   changed where that is known from the file's names and shapes.
  func takeUp(weightsOf file: CheckpointFile, with next: TuningSettings) throws {
    precondition(validation == nil, "other weights in the middle of a validation")
    let before = settings
    try apply(next)
    do {
      try file.restore(model.allParameters)
      try updater.memory.restore(file, parameters: model.allParameters)
    } catch {
      try apply(before)
      throw error
    }
    features.update(graph: graph, frozen: settings.frozen)
  }

  /// Goes back, or on, to where a checkpoint was written.
  /// - Parameter changingOnly: whether it has no weights of frozen layers, which are the model's own.
  /// - Throws: `FormatError`, `FileError`, `GraphError` where it does not fit the model.
  func restore(_ checkpoint: CheckpointFile, changingOnly: Bool = false) throws {
    let state = try checkpoint.state(TrainingProgress.self)
    if let objection = state.objection(step: checkpoint.step, stepsPerEpoch: stepsPerEpoch) {
      throw FormatError(path: checkpoint.path, objection)
    }
    let tuned = try model.graph.tuned(by: checkpoint.settings)
    guard BackwardReach(tuned, frozen: checkpoint.settings.frozen).trains.contains(true) else {
      throw FormatError(
        path: checkpoint.path, expected: "at least one layer that trains",
        found: "all of them frozen")
    }
    if headSolving != nil { headSolving = nil }
    extendModel(to: tuned)
    try checkpoint.restore(
      changingOnly
        ? model.allParameters.filter { !checkpoint.settings.frozen.contains($0.layer) }
        : model.allParameters)
    try updater.memory.restore(checkpoint, parameters: model.allParameters)
    try apply(checkpoint.settings)
    features.update(graph: graph, frozen: settings.frozen)
    progress = state
    condition = .intact
    validation = nil
    lastValidation = nil
    correct(state.corrections ?? ImageCorrections())
    replaceLoader()
  }
}

extension TuningSettings {
  /// Whether steps run by another plan than with the settings before.
  func changesPlan(from before: TuningSettings) -> Bool {
    frozen != before.frozen || dropout != before.dropout
      || insertedDropout != before.insertedDropout || headAfter != before.headAfter
  }
}
