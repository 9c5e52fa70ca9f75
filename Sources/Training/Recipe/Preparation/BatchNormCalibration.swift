import Datasets
import Files
import Kernels
import Network

/// Measures what convolutions give on training images, so that batch normalisation put after them changes
/// nothing to begin with: μ and σ² are what comes in, γ = √(σ² + ε) and β = μ.
struct BatchNormCalibration {
  /// The network with the new layers.
  let model: Model
  let places: [(name: String, convolution: String)]
  let pool: WorkerPool
  /// Images that are looked at: each has thousands of positions.
  static let images = 256
  private static let largestBatch = 16

  /// Measures, in batches in the order of training's first epoch and in inference mode. The network
  /// computes what it did before, to rounding.
  ///
  /// - Parameters:
  ///   - seed: of the order.
  ///   - available: bytes of memory that can be taken.
  /// - Returns: how many images were read.
  /// - Throws: what the data set throws; `MemoryShortage`.
  func measure(
    on images: any ImageDataset, seed: UInt64, available: Int = SystemMemory.available
  ) throws -> Int {
    // Passes everything on while it measures.
    for (name, _) in places { set(name, Moments(channels: channels(of: name)), count: 1) }
    let batch = try batch(fitting: available)
    let loader = BatchLoader(
      dataset: images, batchSize: batch, order: .shuffled(seed: seed), workers: pool.threads,
      // Training tells of them.
      onUnreadable: { _, _ in })
    let arena = Arena()
    var plans: [Int: ExecutionPlan] = [:]
    var moments = places.map { Moments(channels: channels(of: $0.name)) }
    var seen = 0
    let passes = min(loader.batchesPerEpoch, (Self.images - 1) / batch + 1)
    for _ in 0..<passes {
      let next = try loader.next()
      guard next.count > 0 else { continue }
      let plan =
        plans[next.count]
        ?? ExecutionPlan(draft.fused(), batch: next.count, arena: arena, pool: pool)
      plans[next.count] = plan
      plan.forward(next.images, random: PlanRandomKey(seed: 0, step: 0))
      let outputs = places.map { plan.output(of: $0.convolution) }
      measure(outputs, images: next.count, into: &moments)
      seen += next.count
    }
    guard seen > 0 else {
      throw ConfigurationError(
        option: "insert-batch-norm", expected: "training images that can be read", found: "none")
    }
    for (place, moments) in zip(places, moments) {
      set(place.name, moments, count: seen * positions(of: place.name))
    }
    return seen
  }

  /// Each layer by one thread, in the order of the images: the same bits whatever the number of threads.
  private func measure(
    _ outputs: [UnsafePointer<Float>], images: Int, into moments: inout [Moments]
  ) {
    let rows = places.map { images * positions(of: $0.name) }
    moments.withUnsafeMutableBufferPointer { buffer in
      // Each index is written by one call.
      nonisolated(unsafe) let all = buffer
      nonisolated(unsafe) let outputs = outputs
      pool.parallelFor(places.count) { place, _ in
        all[place].add(outputs[place], rows: rows[place])
      }
    }
  }

  /// All that leads to the convolutions, whose outputs stand until the end.
  private var draft: PlanDraft {
    let graph = model.graph
    let wanted = places.compactMap { graph.index(of: $0.convolution) }.map { PlanSource.node($0) }
    return PlanDraft(model, graph: graph, frozen: [], purpose: .inference)
      .cut(
        PlanCut(inputs: [.input(0)], outputs: wanted), graph: graph,
        prefix: FrozenPrefix(graph, frozen: []))
  }

  /// A power of two, so that as many images are looked at whatever the memory.
  /// - Throws: `MemoryShortage` where not one image fits.
  private func batch(fitting available: Int) throws -> Int {
    let draft = draft
    func demand(_ batch: Int) -> MemoryDemand {
      var plans = PlanDemand(threads: pool.threads, available: available)
      plans.add(draft, batch: batch)
      var demand = MemoryDemand()
      plans.fill(&demand)
      demand.batches = MemoryDemand.bytes(
        ofFloats: model.graph.inputShape.count * batch * BatchLoader.batchesInMemory)
      return demand
    }
    let batch = MemoryDemand.largestBatch(
      upTo: Self.largestBatch, fitting: available, demand: demand)
    guard batch > 0 else {
      throw MemoryShortage(
        what: "one image's activations in \(model.graph.name)", needed: demand(1).total,
        available: available)
    }
    return 1 << (Int.bitWidth - 1 - batch.leadingZeroBitCount)
  }

  private func positions(of name: String) -> Int {
    model.graph.index(of: name).map { model.graph.shapes[$0].positions } ?? 0
  }

  private func channels(of name: String) -> Int {
    model.graph.index(of: name).map { model.graph.shapes[$0].channels } ?? 0
  }

  /// - Parameter count: values of each channel.
  private func set(_ name: String, _ moments: Moments, count: Int) {
    let epsilon = Double(Graph.insertedNormalization.epsilon)
    for parameter in model.parameters[name] ?? [] {
      for channel in 0..<parameter.values.count {
        let mean = moments.mean(channel, count: count)
        // As the layer has it.
        let variance = Double(Float(moments.variance(channel, count: count)))
        parameter.values.pointer[channel] =
          switch parameter.specification.role {
          case .gamma: Float((variance + epsilon).squareRoot())
          case .movingVariance: Float(variance)
          case .beta, .movingMean: Float(mean)
          default: preconditionFailure("\(parameter.name) of a batch normalisation")
          }
      }
    }
  }
}

/// Sums of each channel's values, from its first one on: differences are small where means are large.
private struct Moments {
  private var first: [Double]
  private var sums: [Double]
  private var squares: [Double]
  private var isEmpty = true

  init(channels: Int) {
    first = Array(repeating: 0, count: channels)
    sums = first
    squares = first
  }

  /// - Parameter values: `[rows, channels]`
  mutating func add(_ values: UnsafePointer<Float>, rows: Int) {
    let channels = first.count
    if isEmpty {
      for channel in 0..<channels { first[channel] = Double(values[channel]) }
      isEmpty = false
    }
    first.withUnsafeBufferPointer { first in
      sums.withUnsafeMutableBufferPointer { sums in
        squares.withUnsafeMutableBufferPointer { squares in
          for row in 0..<rows {
            let values = values + row * channels
            for channel in 0..<channels {
              let value = Double(values[channel]) - first[channel]
              sums[channel] += value
              squares[channel] += value * value
            }
          }
        }
      }
    }
  }

  func mean(_ channel: Int, count: Int) -> Double { first[channel] + sums[channel] / Double(count) }

  func variance(_ channel: Int, count: Int) -> Double {
    let shift = sums[channel] / Double(count)
    return max(squares[channel] / Double(count) - shift * shift, 0)
  }
}
