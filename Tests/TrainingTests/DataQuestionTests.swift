import Datasets
import EngineInterface
import Files
import Glibc
import Images
import TestSupport
import Testing

@testable import Training

/// What the engine says of its data.
struct DataQuestionTests {
  private let temporary = TemporaryFolder()

  init() throws {
    try PictureFolder.write(classes: ["blue", "green", "red"], count: 10, to: temporary)
  }

  private func photographs(
    _ strength: Augmentation.Strength = .standard, views: Int = 3,
    _ preparation: ImagePreparation = .assumed
  ) throws -> TrainingData {
    try PictureData.load(temporary.path, options: ReadingOptions(seed: 4)).prepared(
      preparation, width: 6, height: 6, channels: 1, augmentation: Augmentation(strength),
      views: views, seed: 4)
  }

  private func view(_ engine: EngineDriver) throws -> DataView {
    try #require(engine.core.dataView)
  }

  private func reference(_ index: Int, _ part: DataPart, _ data: TrainingData) -> ImageReference {
    let images = part == .train ? data.train : data.validation!
    return ImageReference(part: part, index: index, name: images.name(index))
  }

  @Test func theSummaryCountsWhatIsTrainedOn() throws {
    let engine = EngineDriver(data: try photographs())
    let data = engine.trainer.data
    var summary = try view(engine).summary()
    #expect(summary.classes.map(\.name) == ["blue", "green", "red"])
    #expect(summary.classes.map(\.train) == [8, 8, 8])
    #expect(summary.classes.map(\.validation) == [2, 2, 2])
    engine.send(.leaveOut(images: [reference(0, .train, data), reference(1, .train, data)]))
    engine.send(.relabel(images: [reference(2, .train, data)], label: "red"))
    summary = try view(engine).summary()
    #expect(summary.classes.map(\.train) == [5, 8, 9])
    #expect(summary.hasPictures)
  }

  @Test func thePreparationIsSaidWithWhoSaysIt() throws {
    var preparation = ImagePreparation.assumed
    preparation.mean = [0.5]
    preparation.normalizationOrigin = .file("config.json")
    preparation.fitOrigin = .option
    let engine = EngineDriver(data: try photographs(views: 3, preparation))
    let steps = try view(engine).summary().preparation
    func step(_ subject: DataSummary.PreparationStep.Subject) -> DataSummary.PreparationStep? {
      steps.first { $0.subject == subject }
    }
    #expect(step(.size)?.value == "6×6 grey")
    #expect(step(.normalization)?.source == "config.json")
    #expect(step(.normalization)?.value == "− 0.5")
    #expect(step(.fit)?.source == "--fit")
    // Images in memory enter as they are.
    let plain = try view(EngineDriver()).summary()
    #expect(plain.preparation.map(\.subject) == [.size, .pixels] && plain.views == nil)
  }

  @Test func aCellHasTheImagesThatItCounts() throws {
    let engine = EngineDriver()
    while engine.trainer.progress.epoch == 1 { engine.tick() }
    let view = try view(engine)
    let confusion = try #require(view.lastValidation?.confusion)
    for label in 0..<3 {
      for answer in [0, 1, 2, nil] {
        let list = try view.list(.cell(label: label, answer: answer), first: 0, count: 100)
        #expect(list.count == confusion[label, answer])
        #expect(list.entries.allSatisfy { $0.label == label && $0.outcome?.answer == answer })
      }
    }
  }

  @Test(arguments: DataPart.allCases) func theWorstHaveTheLargestLosses(part: DataPart) throws {
    let engine = EngineDriver()
    while engine.trainer.progress.epoch == 1 { engine.tick() }
    let list = try view(engine).list(.worst(part), first: 0, count: 1000)
    let losses = list.entries.compactMap(\.outcome?.loss)
    #expect(losses.count == (part == .train ? 50 : 30) && losses == losses.sorted(by: >))
    let probabilities = list.entries.compactMap(\.outcome?.probability)
    #expect(probabilities.allSatisfy { $0 > 0.3 && $0 <= 1 })
    // Of a validation image that was told right, the loss is that of the probability.
    guard part == .validation else { return }
    for entry in list.entries where entry.outcome?.answer == entry.label {
      let outcome = try #require(entry.outcome)
      #expect(abs(Double(outcome.loss) - -log(Double(outcome.probability))) < 1e-3)
    }
    let mean = losses.reduce(0, +) / 30
    let epoch = try #require(engine.core.telemetry.latest.validationLoss)
    #expect(abs(Double(mean) - epoch) < 1e-4)
  }

  @Test func listsComeInPartsAndKeepWhatWasMoved() throws {
    let engine = EngineDriver()
    let data = engine.trainer.data
    engine.send(.relabel(images: [reference(3, .train, data)], label: "class 2"))
    let view = try view(engine)
    let all = try view.list(.ofClass(0, part: .train), first: 0, count: 100)
    #expect(all.count == 34 && all.entries.contains { $0.image.index == 3 })
    let other = try view.list(.ofClass(2, part: .train), first: 0, count: 100)
    #expect(other.count == 34 && other.entries.contains { $0.image.index == 3 })
    let part = try view.list(.ofClass(0, part: .train), first: 30, count: 100)
    #expect(part.first == 30 && part.entries == Array(all.entries[30...]))
    #expect(try view.list(.ofClass(0, part: .train), first: .max, count: .max).entries.isEmpty)
    #expect(try view.list(.ofClass(0, part: .train), first: -5, count: -1).entries.isEmpty)
    #expect(throws: DataQuestionFault.self) {
      try view.list(.ofClass(7, part: .train), first: 0, count: 1)
    }
  }

  @Test func picturesAreSeenInThreeWays() throws {
    var preparation = ImagePreparation.assumed
    preparation.mean = [0.4]
    preparation.deviation = [0.25]
    let engine = EngineDriver(data: try photographs(.standard, views: 3, preparation))
    let data = engine.trainer.data
    func wish(_ look: PictureWish.Look, index: Int = 0, side: Int = 6) -> PictureWish {
      PictureWish(part: .train, index: index, look: look, width: side, height: side)
    }
    let looks: [PictureWish.Look] = [.stored, .prepared, .view(0), .view(1)]
    let pictures = try view(engine).pictures(looks.map { wish($0) })
    #expect(pictures.allSatisfy { $0.problem == nil && $0.bytes.count == $0.width * $0.height * 3 })
    // In colour, and grey where the network sees grey.
    #expect(pictures[0].bytes[0] != pictures[0].bytes[1])
    #expect(pictures[1].bytes[0] == pictures[1].bytes[1])
    // What the preparer makes, and back again.
    let prepared = try #require(data.train as? PreparedPictures)
    let fitted = prepared.preparer.fitted(try prepared.source.picture(0))
    #expect(pictures[1].bytes == fitted.colours)
    #expect(pictures[2].bytes != pictures[1].bytes && pictures[2].bytes != pictures[3].bytes)
    let small = try view(engine).pictures([wish(.stored, side: 3)])[0]
    #expect(max(small.width, small.height) == 3)
  }

  @Test func whatCannotBeSeenSaysWhy() throws {
    let engine = EngineDriver(data: try photographs())
    let data = engine.trainer.data
    try temporary.write([1, 2, 3], to: data.train.name(1))
    func problem(_ index: Int, _ look: PictureWish.Look, _ side: Int = 8) throws -> String? {
      try view(engine).pictures([
        PictureWish(part: .train, index: index, look: look, width: side, height: side)
      ])[0].problem
    }
    #expect(try problem(0, .stored) == nil)
    #expect(try problem(1, .stored)?.contains(data.train.name(1)) == true)
    for (index, look, side) in [
      (-1, .stored, 8), (999, .stored, 8), (0, .view(-1), 8), (0, .stored, 0), (0, .stored, 5000),
    ] as [(Int, PictureWish.Look, Int)] {
      #expect(try problem(index, look, side) != nil)
    }
  }

  @Test func numbersOfImagesInMemoryAreSeenAsTheBytesThatTheyWere() throws {
    for range in PixelRange.allCases {
      let images = SmallProblem.data().train.entering(
        as: ImagePreparation(pixels: range, origin: .assumption))
      let data = TrainingData(path: "small", train: images, validation: nil)
      let view = try view(EngineDriver(data: data))
      let seen = view.pictures([
        PictureWish(part: .train, index: 5, look: .prepared, width: 6, height: 6),
        PictureWish(part: .train, index: 5, look: .stored, width: 6, height: 6),
      ])
      #expect(seen[0].bytes == seen[1].bytes && Set(seen[0].bytes).count > 10)
    }
  }
}
