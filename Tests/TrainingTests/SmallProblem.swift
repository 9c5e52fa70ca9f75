import EngineInterface
import Kernels
import ModelFormats
import Network

@testable import Datasets
@testable import Training

/// Networks and data that train in milliseconds.
enum SmallProblem {
  /// Branches that meet again in a sum and in a concatenation, a fork of three readers,
  /// batch-norms, and every activation that runs in place or not.
  static func branchedGraph(dropout: Double = 0) throws -> Graph {
    let window = Window(3, padding: .same)
    return try Graph(
      name: "branched", inputShape: Shape(height: 6, width: 6, channels: 1),
      nodes: [
        node("conv1", Conv2D(filters: 3, window: window, activation: .tanh), [""]),
        node("norm1", BatchNormalization(momentum: 0.9), ["conv1"]),
        node("act1", ActivationLayer(.swish), ["norm1"]),
        node("conv2", Conv2D(filters: 3, window: window, hasBias: false), ["act1"]),
        node("norm2", BatchNormalization(momentum: 0.9), ["conv2"]),
        node("sum", Add(), ["norm2", "act1"]),
        node("act2", ActivationLayer(.sigmoid), ["sum"]),
        node("conv3", Conv2D(filters: 2, window: Window(1), activation: .tanh), ["act1"]),
        node("join", Concatenate(), ["act2", "conv3"]),
        node("pool", AveragePooling2D(window: Window(2, stride: 2)), ["join"]),
        node("drop", Dropout(rate: dropout), ["pool"]),
        node("flatten", Flatten(), ["drop"]),
        node("dense1", Dense(units: 8, activation: .tanh), ["flatten"]),
        node("output", Dense(units: 4), ["dense1"]),
      ])
  }

  /// A small convolutional network with dropout and a softmax, as an importer gives it.
  static func classifier(outputs: Int = 3, dropout: Double = 0.1) throws -> Graph {
    try Graph(
      name: "small", inputShape: Shape(height: 6, width: 6, channels: 1),
      nodes: [
        node("conv1", Conv2D(filters: 6, window: Window(3, padding: .same)), [""]),
        node("norm1", BatchNormalization(momentum: 0.8), ["conv1"]),
        node("relu1", ActivationLayer(.relu), ["norm1"]),
        node("pool1", MaxPooling2D(window: Window(2, stride: 2)), ["relu1"]),
        node("conv2", Conv2D(filters: 8, window: Window(3), activation: .relu), ["pool1"]),
        node("flatten", Flatten(), ["conv2"]),
        node("dense1", Dense(units: 16, activation: .relu), ["flatten"]),
        node("dropout1", Dropout(rate: dropout), ["dense1"]),
        node("output", Dense(units: outputs, appliesSoftmax: true), ["dropout1"]),
      ])
  }

  private static func node(_ name: String, _ layer: any Layer, _ inputs: [String]) -> Graph.Node {
    Graph.Node(name: name, layer: layer, inputs: inputs)
  }

  static func model(_ graph: Graph, seed: UInt64 = 1) -> Model {
    Model(initializing: graph, seed: seed, pool: WorkerPool(threads: 1))
  }

  /// As from a file.
  static func imported(_ graph: Graph, seed: UInt64 = 1) -> ImportedModel {
    ImportedModel(model: model(graph, seed: seed), report: ImportReport(format: "test"))
  }

  /// What an engine is given.
  static func inputs(
    _ configuration: EngineConfiguration, graph: Graph? = nil, notices: [String] = [],
    data: TrainingData = data()
  ) throws -> EngineInputs {
    let prepared = try PreparedModel(
      imported(graph ?? classifier()), configuration: configuration, classes: data.classes,
      pool: WorkerPool(threads: configuration.threads))
    var inputs = EngineInputs(
      prepared: prepared, configuration: configuration, data: data, notices: notices)
    inputs.prepareAgain = {
      try PreparedModel(
        imported(graph ?? classifier()), configuration: configuration, classes: data.classes,
        pool: WorkerPool(threads: configuration.threads))
    }
    inputs.remake = { other in
      let prepared = try PreparedModel(
        imported(graph ?? classifier()), configuration: other, classes: data.classes,
        pool: WorkerPool(threads: other.threads))
      return (prepared, data)
    }
    return inputs
  }

  /// Noisy 6×6 images with a bright spot in the place of their class.
  static func data(
    train: Int = 100, validation: Int = 30, classes: Int = 3, noise: Int = 90
  ) -> TrainingData {
    TrainingData(
      path: "small", train: images(train, classes: classes, noise: noise, seed: 1),
      validation: validation > 0
        ? images(validation, classes: classes, noise: noise, seed: 2) : nil)
  }

  private static func images(_ count: Int, classes: Int, noise: Int, seed: UInt64) -> ByteImages {
    var dice = Dice(seed)
    var pixels: [UInt8] = []
    var labels: [Int32] = []
    for index in 0..<count {
      let label = index % classes
      labels.append(Int32(label))
      let place = (row: 1 + label % 2 * 3, column: 1 + label / 2 * 3)
      for row in 0..<6 {
        for column in 0..<6 {
          let isBright = abs(row - place.row) + abs(column - place.column) <= 1
          pixels.append(UInt8((isBright ? 120 : 20) + dice.roll(0..<noise)))
        }
      }
    }
    return ByteImages(
      imageShape: [6, 6, 1], pixels: pixels, labels: labels,
      classes: (0..<classes).map { "class \($0)" })
  }

  static func configuration() -> EngineConfiguration {
    var configuration = EngineConfiguration()
    configuration.batch = 16
    configuration.epochs = 3
    configuration.learningRate = 0.01
    configuration.seed = 5
    configuration.threads = 1
    return configuration
  }

  static func trainer(
    _ configuration: EngineConfiguration = configuration(), graph: Graph? = nil,
    data: TrainingData = data()
  ) throws -> Trainer {
    let pool = WorkerPool(threads: configuration.threads)
    let prepared = try PreparedModel(
      imported(graph ?? classifier()), configuration: configuration, classes: data.classes,
      pool: pool)
    return try Trainer(prepared, data: data, configuration: configuration, pool: pool)
  }
}

extension Trainer {
  /// Trains whole epochs, validation and all.
  func run(epochs: Int) throws -> [EpochSummary] {
    try (0..<epochs).map { _ in
      while !isAtEpochEnd { _ = try step() }
      while try validateBatch() < 1 {}
      return endEpoch().summary
    }
  }

  /// Every weight, for comparisons bit for bit.
  var weights: [String: [Float]] {
    Dictionary(
      uniqueKeysWithValues: model.allParameters.map { ($0.name, $0.values.values) })
  }
}
