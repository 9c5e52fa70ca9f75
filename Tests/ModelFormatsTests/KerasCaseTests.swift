import Datasets
import Kernels
import Network
import TestSupport
import Testing

@testable import ModelFormats

/// Files as people had them when other programs, or other versions of Keras, read them wrong; each with what
/// the Keras that made it computes (`make.py` in its folder).
@Suite struct KerasCaseTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let folder: String
    let model: String
    var input = "x"
    var expected = "expected"

    var testDescription: String { "\(folder)/\(model)" }

    func path(_ name: String) -> String { FixtureFile.path("KerasCases/\(folder)/\(name)") }
  }

  static let cases =
    [
      // Teachable Machine's export: models in a model, `groups` of depthwise layers.
      Case(folder: "teachable-machine", model: "model.h5"),
      // Ends in a convolution, a softmax and a reshape.
      Case(folder: "mobilenet-conv-head", model: "model.h5"),
      Case(folder: "theano-kernels", model: "model.h5"),
      Case(folder: "theano-kernels", model: "same_as_tensorflow.h5"),
      Case(folder: "shared-activation", model: "model.h5"),
      Case(folder: "shared-activation", model: "keras2.h5"),
      Case(folder: "sequential-build-shape", model: "model.h5"),
      Case(folder: "sequential-build-shape", model: "tuple.h5"),
      Case(folder: "sequential-build-shape", model: "keras3.h5"),
      Case(folder: "normalization-adapted", model: "model.h5"),
      Case(folder: "normalization-adapted", model: "tf25.h5"),
      Case(folder: "normalization-adapted", model: "given.h5"),
      Case(folder: "resizing-inside", model: "model.h5"),
      Case(
        folder: "resizing-inside", model: "crops.h5", input: "x_crop", expected: "expected_crop"),
      Case(folder: "slash-prefix-names", model: "model.h5"),
      Case(folder: "slash-prefix-names", model: "nested.h5", expected: "expected_nested"),
      Case(folder: "training-false", model: "frozen.h5"),
      Case(folder: "training-false", model: "unfrozen.h5"),
    ]
    + ["trainable", "frozen"].flatMap { state in
      // The same weights in three forms; those of the last with the first's description.
      ["keras", "h5", "weights.h5"].map {
        Case(folder: "keras3-archive", model: "\(state).\($0)", expected: "expected_\(state)")
      }
    }

  @Test(arguments: cases) func outputsAreThoseOfKeras(_ given: Case) throws {
    let model = try ModelFile.open(given.path(given.model)).model
    let input = try NumPyArray.read(given.path("\(given.input).npy"))
    let expected = try NumPyArray.read(given.path("\(given.expected).npy"))
    #expect(Array(input.shape.dropFirst()) == model.graph.inputShape.dimensions)
    let runner = GraphRunner(model: model, batch: input.shape[0], pool: WorkerPool(threads: 1))
    let output = runner.run(FloatBuffer(input.values)).values
    try #require(output.count == expected.values.count)
    let largest = expected.values.map(abs).max() ?? 1
    let distance = zip(output, expected.values).map { abs($0 - $1) }.max() ?? .infinity
    #expect(distance <= 1e-4 * largest)
  }

  @Test func whatStandsBesideWeightsIsTold() throws {
    let path = FixtureFile.path("KerasCases/keras3-archive/frozen.weights.h5")
    let imported = try ModelFile.open(path)
    #expect(
      imported.report.warnings.contains(
        "the network is the one that frozen.keras beside it describes"))
    let archive = try ModelFile.open(FixtureFile.path("KerasCases/keras3-archive/frozen.keras"))
    #expect(archive.report.format == "Keras archive (Keras 3.15.1)")
    #expect(imported.frozenLayers == archive.frozenLayers && archive.frozenLayers.contains("sep"))
    #expect(archive.report.unused.isEmpty && imported.report.unused.isEmpty)
    #expect(archive.loss?.name == "sparse_categorical_crossentropy")
  }

  @Test func aSoftmaxBeforeAReshapeIsTakenOff() throws {
    let path = FixtureFile.path("KerasCases/mobilenet-conv-head/model.h5")
    let graph = try ModelFile.open(path).model.graph
    let (logits, activation) = try #require(graph.removingFinalActivation())
    #expect(activation.kind == .softmax && logits.index(of: "act_softmax") == nil)
    #expect(logits.outputShape.dimensions == [9])
  }

  @Test func batchNormCalledForInferenceIsToldWhereItIsNotFrozen() throws {
    func imported(_ name: String) throws -> ImportedModel {
      try ModelFile.open(FixtureFile.path("KerasCases/training-false/\(name).h5"))
    }
    let (frozen, unfrozen) = (try imported("frozen"), try imported("unfrozen"))
    func warned(_ model: ImportedModel) -> Bool {
      model.report.warnings.contains { $0.contains("called with training=False") }
    }
    #expect(warned(unfrozen) && !warned(frozen))
    #expect(frozen.frozenLayers.contains("bn1") && unfrozen.frozenLayers.isEmpty)
  }
}
