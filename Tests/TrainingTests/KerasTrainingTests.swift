import EngineInterface
import Foundation
import Kernels
import ModelFormats
import Network
import Testing

@testable import Datasets
@testable import Training

/// Whole models from Keras' files, trained step by step beside Keras (`Fixtures/make_training.py`): what
/// enters them, the loss that goes with their end, penalties and limits of weights.
struct KerasTrainingTests {
  struct Expectation: Decodable, Sendable {
    var classes: Int
    var losses: [Double]
    var accuracies: [Double]
    var validationLoss: Double
    var validationAccuracy: Double
    /// After the last step, by `layer/parameter`.
    var weights: [String: [Float]]
    var answers: [Float]
  }

  static let names = ["binary", "binary_logits", "limits", "penalties", "sigmoids"]
  private static let images = 12

  static func path(_ name: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)").path
  }

  static func expectations() throws -> [String: Expectation] {
    try JSONDecoder().decode(
      [String: Expectation].self, from: Data(contentsOf: URL(filePath: path("training.json"))))
  }

  /// The script's formulas.
  static func data(classes: Int, preparedFor imported: ImportedModel) -> TrainingData {
    let pixels = (0..<Self.images * 36).map { (index: Int) -> UInt8 in
      UInt8((index * 7919 % 1009 * 31 + index) % 256)
    }
    let images = ByteImages(
      imageShape: [6, 6, 1], pixels: pixels,
      labels: (0..<Self.images).map { Int32($0 % classes) },
      classes: (0..<classes).map(String.init), preparation: imported.preparation)
    return TrainingData(path: "formula", train: images, validation: images)
  }

  static func configuration() -> EngineConfiguration {
    var configuration = EngineConfiguration()
    configuration.optimizer = .sgd
    configuration.learningRate = 0.05
    configuration.momentum = 0.9
    configuration.batch = images
    configuration.epochs = 5
    configuration.threads = 1
    return configuration
  }

  @Test func everyFixtureIsTested() throws {
    #expect(try Self.expectations().keys.sorted() == Self.names)
  }

  @Test(arguments: names, [nil, 1e6]) func stepsAreThoseOfKeras(name: String, clipNorm: Double?)
    throws
  {
    let expected = try #require(try Self.expectations()[name])
    let imported = try ModelFile.open(Self.path("\(name).h5"))
    let data = Self.data(classes: expected.classes, preparedFor: imported)
    var configuration = Self.configuration()
    // A limit that is never reached: gradients take the other way to the optimiser.
    configuration.clipNorm = clipNorm
    let pool = WorkerPool(threads: 1)
    let prepared = try PreparedModel(
      imported, configuration: configuration, classes: data.classes, pool: pool)
    #expect(prepared.newLayers.isEmpty)
    let trainer = try Trainer(prepared, data: data, configuration: configuration, pool: pool)
    let epochs = try trainer.run(epochs: expected.losses.count)
    for (epoch, loss) in zip(epochs, expected.losses) {
      #expect(abs(epoch.train.loss - loss) < 2e-6 * max(loss, 1), "step \(epoch.step)")
    }
    let validation = try #require(epochs.last?.validation)
    #expect(abs(validation.loss - expected.validationLoss) < 5e-6)
    // Keras counts a logit as right from one half on.
    if name != "binary_logits" {
      for (epoch, accuracy) in zip(epochs, expected.accuracies) {
        #expect(abs(epoch.train.accuracy - accuracy) < 1e-6, "step \(epoch.step)")
      }
      #expect(abs(validation.accuracy - expected.validationAccuracy) < 1e-6)
    }
    #expect(trainer.weights.keys.sorted() == expected.weights.keys.sorted())
    for (parameter, values) in expected.weights {
      let found = try #require(trainer.weights[parameter])
      let worst = zip(found, values).map { abs($0 - $1) }.max() ?? .infinity
      #expect(worst < 5e-6, "\(parameter): off by \(worst)")
    }
    // What the network says in the end is what Keras' own last layer gives.
    let predictor = try Predictor(
      prepared.model, graph: try prepared.answerGraph(), pool: pool)
    var pixels = [Float](repeating: 0, count: Self.images * 36)
    for index in 0..<Self.images {
      try pixels.withUnsafeMutableBufferPointer {
        try data.train.copyImage(index, into: $0.baseAddress! + index * 36)
      }
    }
    let worst = zip(predictor.predict(pixels), expected.answers).map { abs($0 - $1) }.max()
    #expect(worst ?? .infinity < 1e-5)
  }

  /// The numbers are worth something only if they tell apart what they are there for.
  @Test(arguments: ["penalties", "limits"]) func withoutTheRulesTheNumbersAreOthers(name: String)
    throws
  {
    let expected = try #require(try Self.expectations()[name])
    var imported = try ModelFile.open(Self.path("\(name).h5"))
    imported.trainingRules = TrainingRules()
    let data = Self.data(classes: expected.classes, preparedFor: imported)
    let pool = WorkerPool(threads: 1)
    let prepared = try PreparedModel(
      imported, configuration: Self.configuration(), classes: data.classes, pool: pool)
    let trainer = try Trainer(
      prepared, data: data, configuration: Self.configuration(), pool: pool)
    _ = try trainer.run(epochs: 5)
    for parameter in name == "penalties"
      ? ["conv/kernel", "conv/bias", "norm/gamma"]
      : ["by_rows/kernel", "by_units/kernel", "hidden/bias", "answer/kernel"]
    {
      let found = try #require(trainer.weights[parameter])
      let values = try #require(expected.weights[parameter])
      let worst = zip(found, values).map { abs($0 - $1) }.max() ?? 0
      #expect(worst > 1e-3, "\(parameter) does not show the rule")
    }
  }

  @Test func rulesAreToldAndFollowTheirLayers() throws {
    let imported = try ModelFile.open(Self.path("limits.h5"))
    let pool = WorkerPool(threads: 1)
    func prepared(_ change: (inout EngineConfiguration) -> Void = { _ in }) throws -> PreparedModel
    {
      var configuration = Self.configuration()
      change(&configuration)
      return try PreparedModel(
        imported, configuration: configuration, classes: ["a", "b", "c"], pool: pool)
    }
    let limits = ["by_rows": 0.3, "by_units": 0.9, "hidden": 2, "answer": 0.5]
    let kept = try prepared()
    #expect(kept.settings.layerMaxNorms.mapValues { Float($0) } == limits.mapValues { Float($0) })
    #expect(kept.notices.contains { $0.contains("max-norm 0.3 on by_rows/kernel") })
    // A new layer has none, and a written limit stands over the file's, 0 too.
    let replaced = try prepared { $0.head = HeadRequest() }
    #expect(replaced.settings.layerMaxNorms["answer"] == nil)
    #expect(replaced.settings.layerMaxNorms["hidden"] == 2)
    let written = try prepared { $0.maxNorm = 4 }
    #expect(written.settings.layerMaxNorms.isEmpty && written.settings.maxNorm == 4)
    let off = try prepared { $0.maxNorm = 0 }
    #expect(off.settings.layerMaxNorms.isEmpty && off.settings.maxNorm == nil)
  }
}
