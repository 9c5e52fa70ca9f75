import EngineInterface
import Files
import Kernels
import ModelFormats
import Network
import Testing

@testable import Datasets
@testable import Training

@Suite struct BatchNormCalibrationTests {
  private static var pool: WorkerPool { WorkerPool(threads: 1) }
  private static let data = SmallProblem.data()

  /// Convolutions with and without an activation, and a depthwise one, none normalised.
  private static func graph() throws -> Graph {
    let window = Window(3, padding: .same)
    func node(_ name: String, _ layer: any Layer, _ inputs: String...) -> Graph.Node {
      Graph.Node(name: name, layer: layer, inputs: inputs)
    }
    return try Graph(
      name: "bare", inputShape: Shape(height: 6, width: 6, channels: 1),
      nodes: [
        node("conv1", Conv2D(filters: 6, window: window, activation: .relu), ""),
        node("depthwise", DepthwiseConv2D(window: window), "conv1"),
        node("swish", ActivationLayer(.swish), "depthwise"),
        node("conv2", Conv2D(filters: 6, window: window, activation: .tanh), "swish"),
        node("sum", Add(), "conv2", "conv1"),
        node("pool", GlobalAveragePooling2D(), "sum"),
        node("output", Dense(units: 3, appliesSoftmax: true), "pool"),
      ])
  }

  private static func prepared(
    _ graph: Graph? = nil, threads: Int = 1, measuresOn data: TrainingData? = data
  ) throws -> PreparedModel {
    var configuration = SmallProblem.configuration()
    configuration.insertsBatchNorm = true
    return try PreparedModel(
      SmallProblem.imported(graph ?? Self.graph()), configuration: configuration,
      classes: Self.data.classes, images: data?.train, pool: WorkerPool(threads: threads))
  }

  private static func images() throws -> [Float] {
    let loader = BatchLoader(dataset: data.train, batchSize: data.train.count, order: .sequential)
    let batch = try loader.next()
    return Array(UnsafeBufferPointer(start: batch.images, count: batch.count * 36))
  }

  @Test func theNetworkComputesWhatItDid() throws {
    let prepared = try Self.prepared()
    let before = Model(
      initializing: try Self.graph(), seed: 1, pool: Self.pool)
    let images = try Self.images()
    let expected = try Predictor(before, pool: Self.pool).predict(images)
    let found = try Predictor(prepared.model, graph: prepared.answerGraph(), pool: Self.pool)
      .predict(images)
    #expect(zip(expected, found).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(
      prepared.notices == [
        "3 batch-norm layers inserted after convolutions and measured on 100 training images: the "
          + "network computes what it did"
      ])
  }

  @Test func whatComesInIsMeasured() throws {
    let prepared = try Self.prepared()
    // All that leads to the second convolution, which the measured network has without an activation.
    let inserted = prepared.model.graph
    let index = try #require(inserted.index(of: "conv2"))
    let cut = try Graph(
      name: "cut", inputShape: inserted.inputShape,
      nodes: Graph.nodes(leadingTo: "conv2", among: Array(inserted.nodes[...index])))
    let values = try Predictor(prepared.model, graph: cut, pool: Self.pool)
      .predict(Self.images())
    let parameters = try #require(prepared.model.parameters["conv2_bn"])
    let measured = Dictionary(
      uniqueKeysWithValues: parameters.map { ($0.specification.name, $0.values.values) })
    for channel in 0..<6 {
      let channelValues = stride(from: channel, to: values.count, by: 6).map { Double(values[$0]) }
      let mean = channelValues.reduce(0, +) / Double(channelValues.count)
      let variance =
        channelValues.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(channelValues.count)
      let epsilon = Double(Graph.insertedNormalization.epsilon)
      let expected = [
        "moving_mean": mean, "beta": mean, "moving_variance": variance,
        "gamma": (variance + epsilon).squareRoot(),
      ]
      for (name, value) in expected {
        let found = Double(measured[name]?[channel] ?? .nan)
        #expect(abs(found - value) < 1e-4 * max(1, abs(value)), "\(name) \(channel)")
      }
    }
  }

  @Test func threadsAndMemoryChangeNoBit() throws {
    func values(_ prepared: PreparedModel) -> [[Float]] {
      prepared.model.allParameters.map(\.values.values)
    }
    let usual = try Self.prepared()
    #expect(try values(Self.prepared(threads: 3)) == values(usual))
    // Just enough for a few images at once.
    let poor = try Self.prepared(measuresOn: nil)
    let places = try #require(try Self.graph().insertingBatchNorms()).places
    let calibration = BatchNormCalibration(model: poor.model, places: places, pool: Self.pool)
    let seen = try calibration.measure(
      on: Self.data.train, seed: SmallProblem.configuration().seed, available: 200_000)
    #expect(seen == 100)
    #expect(values(poor) == values(usual))
    #expect(throws: MemoryShortage.self) {
      try calibration.measure(on: Self.data.train, seed: 0, available: 100)
    }
  }

  @Test func nothingToInsertIsRefused() throws {
    let full = try #require(try Self.graph().insertingBatchNorms()).graph
    let error = #expect(throws: ConfigurationError.self) { try Self.prepared(full) }
    #expect(error?.option == "insert-batch-norm" && error?.found == "all of them have it")
  }

  /// They are layers like any other: they train, and a checkpoint has them.
  @Test func aRunWithThemGoesOnFromItsCheckpoint() throws {
    let prepared = try Self.prepared()
    #expect(prepared.settings.frozen.isEmpty)
    var configuration = SmallProblem.configuration()
    configuration.insertsBatchNorm = true
    let trainer = try Trainer(
      prepared, data: Self.data, configuration: configuration, pool: Self.pool)
    let before = try #require(prepared.model.parameters["conv1_bn"]).map(\.values.values)
    _ = try trainer.run(epochs: 1)
    let after = try #require(trainer.model.parameters["conv1_bn"]).map(\.values.values)
    #expect(zip(before, after).allSatisfy { $0 != $1 })
  }
}
