import Datasets
import EngineInterface
import Files
import Kernels
import Network

/// What training takes of memory, for any batch and any set of frozen layers.
package struct TrainingMemory {
  /// Images that there are to train on and to validate on.
  package struct Images: Sendable {
    package var train: Int
    package var validation: Int

    package init(train: Int, validation: Int) {
      self.train = train
      self.validation = validation
    }
  }

  private let model: Model
  private let configuration: EngineConfiguration
  private let images: Images
  private let threads: Int

  /// - Parameter threads: of the pool that trains.
  package init(_ model: Model, configuration: EngineConfiguration, images: Images, threads: Int) {
    self.model = model
    self.configuration = configuration
    self.images = images
    self.threads = threads
  }

  /// - Parameters:
  ///   - graph: with dropout as it is set.
  ///   - batch: images a step; no more than there are.
  ///   - available: bytes beyond which `Int.max` will do as an answer.
  package func demand(
    graph: Graph, settings: TuningSettings, batch: Int, available: Int = .max
  ) -> MemoryDemand {
    let trainBatch = min(batch, images.train)
    let validationBatch = min(batch, images.validation)
    let frozen = settings.frozen
    let training = PlanDraft(model, graph: graph, frozen: frozen, purpose: .training)
    let inference = PlanDraft(model, graph: graph, frozen: frozen, purpose: .inference)
    var plans = PlanDemand(
      holdsGradients: configuration.clipNorm != nil, threads: threads, available: available)
    // An epoch's last batch is smaller, and kernels may work in more for it.
    for size in [trainBatch, images.train % max(trainBatch, 1)] where size > 0 {
      plans.add(training, batch: size)
    }
    for size in [validationBatch, images.validation % max(validationBatch, 1)] where size > 0 {
      plans.add(inference, batch: size)
    }

    var demand = MemoryDemand()
    demand.weights = MemoryDemand.bytes(ofFloats: graph.parameterCount)
    demand.optimizer = MemoryDemand.bytes(ofFloats: optimizerCount(graph, settings))
    // Loaders read ahead: of training they are there while validation runs.
    var values = [(trainBatch + validationBatch, BatchLoader.batchesInMemory * inputCount)]
    let prefix = FrozenPrefix(graph, frozen: frozen)
    if configuration.cacheBudget != 0, prefix.contains.contains(true) {
      let boundary = prefix.boundary(of: graph)
      let sources = boundary.map { PlanSource.node($0) }
      let feature = boundary.reduce(0) { $0 + graph.shapes[$1].count } + inputCount
      // What the rest of the network reads, and what features that are missing are computed from.
      values.append((max(trainBatch, validationBatch), feature + inputCount))
      plans.add(
        inference.cut(
          PlanCut(inputs: [.input(0)], outputs: sources), graph: graph, prefix: prefix),
        batch: max(trainBatch, validationBatch))
    }
    plans.fill(&demand)
    demand.batches = values.reduce(0) { sum, part in
      let (count, overflow) = part.0.multipliedReportingOverflow(by: part.1)
      let (total, isTooLarge) = sum.addingReportingOverflow(
        overflow ? .max : MemoryDemand.bytes(ofFloats: count))
      return isTooLarge ? .max : total
    }
    return demand
  }

  /// Whether what is to be taken after the network has been read is there.
  /// - Throws: `MemoryShortage` with the largest batch that fits.
  package func check(
    graph: Graph, settings: TuningSettings, available: Int = SystemMemory.available
  ) throws(MemoryShortage) {
    func demand(_ batch: Int) -> MemoryDemand {
      self.demand(graph: graph, settings: settings, batch: batch, available: available)
    }
    // Larger ones take no more: a batch is never larger than the data.
    let batch = min(configuration.batch, max(images.train, images.validation))
    guard demand(batch).afterReading > available else { return }
    // What it would be, for the person.
    let needed = self.demand(graph: graph, settings: settings, batch: batch).afterReading
    guard needed > available else { return }
    let largest = MemoryDemand.largestBatch(
      upTo: batch - 1, fitting: available, demand: demand)
    throw MemoryShortage(
      what: "training \(graph.name) at batch \(batch)", needed: needed, available: available,
      remedy: largest > 0
        ? "the largest batch that fits is \(largest) (--batch \(largest))"
        : "not even one image at a time fits")
  }

  /// Bytes of a checkpoint in which everything has trained.
  var checkpointBytes: Int {
    let slots = configuration.optimizer.makeOptimizer(nesterov: configuration.nesterov).slots.count
    let header = 1 << 20
    return MemoryDemand.bytes(ofFloats: model.graph.parameterCount * (1 + slots)) + header
  }

  private var inputCount: Int { model.graph.inputShape.count }

  /// Floats; `nil` beyond 2⁶³, which a graph's limit on parameters keeps away.
  private func optimizerCount(_ graph: Graph, _ settings: TuningSettings) -> Int {
    let optimizer = configuration.optimizer.makeOptimizer(nesterov: configuration.nesterov)
    let slots = optimizer.slots.indices.count {
      optimizer.needsSlot($0, momentum: Float(settings.momentum))
    }
    let trained = zip(graph.nodes, graph.specifications)
      .filter { !settings.frozen.contains($0.0.name) }
      .flatMap(\.1).reduce(0) { $0 + ($1.isTrainable ? $1.count : 0) }
    return trained * slots
  }
}

extension EngineInputs {
  /// Whether there is memory to train what was read as it was asked for, before a run is made of it.
  /// - Throws: `MemoryShortage`, `GraphError`.
  package func checkMemory() throws {
    try TrainingMemory(
      prepared.model, configuration: configuration, images: data.imageCounts,
      threads: configuration.threads ?? WorkerPool.coreCount
    ).check(graph: prepared.model.graph.tuned(by: prepared.settings), settings: prepared.settings)
  }
}

extension TrainingData {
  /// How many there are.
  var imageCounts: TrainingMemory.Images {
    TrainingMemory.Images(train: train.count, validation: validation?.count ?? 0)
  }
}
