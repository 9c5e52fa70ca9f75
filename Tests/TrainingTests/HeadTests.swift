import EngineInterface
import Kernels
import ModelFormats
import Network
import TestSupport
import Testing

@testable import Datasets
@testable import Training

/// Which head a network is trained with, by which loss, and what the data's classes are there.
struct HeadTests {
  private static func graph(outputs: Int, activation: Activation, softmax: Bool = false) throws
    -> Graph
  {
    try Graph(
      name: "small", inputShape: Shape(height: 6, width: 6, channels: 1),
      nodes: [
        Graph.Node(name: "flatten", layer: Flatten(), inputs: [""]),
        Graph.Node(
          name: "answer",
          layer: Dense(units: outputs, activation: activation, appliesSoftmax: softmax),
          inputs: ["flatten"]),
      ])
  }

  private static func prepare(
    _ graph: Graph, classes: [String], loss: RecordedLoss? = nil, names: [String]? = nil,
    _ change: (inout EngineConfiguration) -> Void = { _ in }
  ) throws -> PreparedModel {
    var configuration = SmallProblem.configuration()
    change(&configuration)
    let imported = ImportedModel(
      model: SmallProblem.model(graph), report: ImportReport(format: "test"), loss: loss,
      classNames: names)
    return try PreparedModel(
      imported, configuration: configuration, classes: classes, pool: WorkerPool(threads: 1))
  }

  struct Case: Sendable {
    var outputs: Int
    var activation = Activation.linear
    var softmax = false
    var loss: RecordedLoss?
    var classes: Int
    /// `nil`: the head is replaced.
    var isBinary: Bool?
    var isToldApart = false
  }

  @Test(arguments: [
    Case(outputs: 3, softmax: true, classes: 3, isBinary: false),
    Case(outputs: 3, activation: .sigmoid, classes: 3, isBinary: true),
    Case(outputs: 1, activation: .sigmoid, classes: 2, isBinary: true),
    Case(outputs: 2, activation: .sigmoid, classes: 2, isBinary: true),
    Case(outputs: 1, classes: 2),
    Case(
      outputs: 1, loss: RecordedLoss(name: "binary_crossentropy", isFromLogits: true), classes: 2,
      isBinary: true),
    Case(
      outputs: 3, loss: RecordedLoss(name: "binary_crossentropy", isFromLogits: true), classes: 3,
      isBinary: true),
    Case(
      outputs: 3, loss: RecordedLoss(name: "sparse_categorical_crossentropy", isFromLogits: true),
      classes: 3, isBinary: false),
    Case(
      outputs: 3, loss: RecordedLoss(name: "mean_squared_error"), classes: 3, isBinary: false,
      isToldApart: true),
    Case(
      outputs: 3, activation: .sigmoid, loss: RecordedLoss(name: "categorical_crossentropy"),
      classes: 3, isBinary: true, isToldApart: true),
    Case(
      outputs: 3, softmax: true, loss: RecordedLoss(name: "Mine>Focal"), classes: 3,
      isBinary: false, isToldApart: true),
    Case(outputs: 1, activation: .sigmoid, classes: 3),
  ])
  func lossFollowsTheHead(_ given: Case) throws {
    let prepared = try Self.prepare(
      Self.graph(outputs: given.outputs, activation: given.activation, softmax: given.softmax),
      classes: (0..<given.classes).map { "class \($0)" }, loss: given.loss)
    #expect(prepared.newLayers.isEmpty == (given.isBinary != nil))
    #expect(prepared.loss.isBinary == (given.isBinary ?? false))
    #expect(prepared.loss.classes == given.classes)
    #expect(prepared.notices.contains { $0.contains(given.loss?.name ?? "?") } == given.isToldApart)
    // Training sees logits; whoever asks sees what the last layer gives.
    #expect(prepared.model.graph.finalActivationKind == nil)
    let answer = try prepared.answerGraph().finalActivationKind
    #expect(
      answer
        == (given.isBinary == nil || given.softmax
          ? .softmax : given.activation == .sigmoid ? .sigmoid : nil))
  }

  @Test func smoothingOfTheFilesLossIsTakenUpUnlessWritten() throws {
    let graph = try Self.graph(outputs: 3, activation: .linear, softmax: true)
    let loss = RecordedLoss(name: "categorical_crossentropy", labelSmoothing: 0.2)
    let prepared = try Self.prepare(graph, classes: ["a", "b", "c"], loss: loss)
    #expect(prepared.loss == .softmax(SoftmaxCrossEntropy(outputs: 3, labelSmoothing: 0.2)))
    #expect(prepared.notices.count == 1)
    let written = try Self.prepare(graph, classes: ["a", "b", "c"], loss: loss) {
      $0.labelSmoothing = 0
    }
    #expect(written.loss == .softmax(SoftmaxCrossEntropy(outputs: 3)))
    let replaced = try Self.prepare(graph, classes: ["a", "b"], loss: loss)
    #expect(replaced.loss == .softmax(SoftmaxCrossEntropy(outputs: 2)))
  }

  // MARK: - A head that is kept

  @Test func dataWithFewerClassesKeepsTheTrainedHeadByNumber() throws {
    let graph = try Self.graph(outputs: 9, activation: .linear, softmax: true)
    let prepared = try Self.prepare(graph, classes: ["0", "4", "8"]) {
      $0.head = HeadRequest(keepsTrained: true)
    }
    #expect(prepared.newLayers.isEmpty)
    #expect(prepared.assignment?.numbers == [0, 4, 8])
    #expect(prepared.assignment?.names == (0..<9).map(String.init))
    #expect(prepared.loss.classes == 9)
    let data = prepared.labelled(
      TrainingData(
        path: "three",
        train: ByteImages(
          imageShape: [6, 6, 1], pixels: Array(repeating: 1, count: 36 * 4), labels: [2, 0, 1, 2],
          classes: ["0", "4", "8"]), validation: nil))
    #expect(data.train.labels == [8, 0, 4, 8])
    #expect(data.classes.count == 9)
  }

  @Test func namesGoBeforeNumbers() throws {
    let graph = try Self.graph(outputs: 3, activation: .sigmoid)
    let names = ["2", "cat", "0"]
    let prepared = try Self.prepare(graph, classes: ["0", "cat"], names: names) {
      $0.head = HeadRequest(keepsTrained: true)
    }
    #expect(prepared.assignment?.numbers == [2, 1])
    // As many classes as outputs, in another order: by name without being asked to.
    let all = try Self.prepare(graph, classes: ["0", "2", "cat"], names: names)
    #expect(all.assignment?.numbers == [2, 0, 1])
    #expect(all.notices.contains { $0.contains("same names") })
  }

  /// EMNIST's letters: labels 1…26, and a network of 26 outputs.
  @Test func asManyClassesAsOutputsStandInTheirPlaces() throws {
    let graph = try Self.graph(outputs: 26, activation: .linear, softmax: true)
    let classes = (1...26).map(String.init)
    for keeps in [false, true] {
      let prepared = try Self.prepare(graph, classes: classes) {
        if keeps { $0.head = HeadRequest(keepsTrained: true) }
      }
      #expect(prepared.newLayers.isEmpty && prepared.assignment == nil)
    }
  }

  @Test(arguments: [["1", "26"], ["a", "b"], (0..<30).map(String.init), ["-1", "2"]])
  func classesThatTheTrainedHeadDoesNotHaveAreRefused(classes: [String]) throws {
    let graph = try Self.graph(outputs: 26, activation: .linear, softmax: true)
    #expect {
      try Self.prepare(graph, classes: classes) { $0.head = HeadRequest(keepsTrained: true) }
    } throws: {
      ($0 as? ConfigurationError)?.option == "head"
    }
  }

  @Test func oneSigmoidIsKeptForOneOfItsTwoClasses() throws {
    let graph = try Self.graph(outputs: 1, activation: .sigmoid)
    let prepared = try Self.prepare(graph, classes: ["1"]) {
      $0.head = HeadRequest(keepsTrained: true)
    }
    #expect(prepared.assignment?.numbers == [1])
    #expect(prepared.loss == .binary(BinaryCrossEntropy(outputs: 1)))
  }

  @Test func aHeadThatCouldStayIsNotReplacedWithoutAWord() throws {
    let graph = try Self.graph(outputs: 9, activation: .linear, softmax: true)
    let fewer = try Self.prepare(graph, classes: ["0", "4"])
    #expect(fewer.notices.contains { $0.contains("--head keep") })
    let graph3 = try Self.graph(outputs: 3, activation: .linear, softmax: true)
    let larger = try Self.prepare(graph3, classes: ["a", "b", "c"]) {
      Preset.dropout.apply(to: &$0)
    }
    #expect(larger.newLayers == ["hidden1", "output"])
    #expect(
      larger.notices.contains { $0.contains("answer replaced by") && $0.contains("--head keep") })
  }

  // MARK: - Gradients

  /// A whole step's gradient of binary cross-entropy against differences of the loss.
  @Test(arguments: [(1, 2), (4, 4), (4, 3)])
  func binaryGradientIsThatOfTheLoss(outputs: Int, classes: Int) throws {
    let pool = WorkerPool(threads: 1)
    let rows = 3
    let loss = ClassificationLoss.binary(
      BinaryCrossEntropy(outputs: outputs, classes: classes, labelSmoothing: 0.1))
    let logits = FloatBuffer((0..<rows * outputs).map { Float($0 * 37 % 11) / 4 - 1 })
    let labels = (0..<rows).map { Int32($0 % classes) }
    let losses = FloatBuffer(count: rows)
    let gradient = FloatBuffer(count: logits.count)
    func value(_ gradient: UnsafeMutablePointer<Float>?) -> Double {
      _ = loss.evaluate(
        rows: rows, logits: logits.pointer, labels: labels, losses: losses.pointer,
        gradient: gradient, pool: pool)
      return losses.values.reduce(0) { $0 + Double($1) } / Double(rows)
    }
    _ = value(gradient.pointer)
    let finding = GradientChecker().check(logits.pointer, gradient: gradient.values) { value(nil) }
    #expect(finding.isGood, "\(finding)")
  }
}
