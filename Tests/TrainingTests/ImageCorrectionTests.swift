import Datasets
import EngineInterface
import Files
import Images
import Kernels
import RunStore
import TestSupport
import Testing

@testable import Training

/// Images that a person leaves out or gives another class while training goes on.
struct ImageCorrectionTests {
  private let temporary = TemporaryFolder()

  private func configuration(freeze: [String] = []) -> EngineConfiguration {
    var configuration = SmallProblem.configuration()
    configuration.epochs = 4
    configuration.freeze = freeze
    return configuration
  }

  private func image(_ index: Int, _ part: DataPart = .train, in data: TrainingData)
    -> ImageReference
  {
    let images = part == .train ? data.train : data.validation!
    return ImageReference(part: part, index: index, name: images.name(index))
  }

  private func photographs(_ strength: Augmentation.Strength, views: Int) throws -> TrainingData {
    if !Folder.exists(temporary("blue")) {
      try PictureFolder.write(classes: ["blue", "green", "red"], count: 15, to: temporary)
    }
    return try PictureData.load(temporary.path, options: ReadingOptions(seed: 4)).prepared(
      .assumed, width: 6, height: 6, channels: 1, augmentation: Augmentation(strength),
      views: views, seed: 4)
  }

  @Test func theyHoldFromTheNextEpochOn() throws {
    let engine = EngineDriver(configuration())
    let data = engine.trainer.data
    engine.train(toStep: 2)
    engine.send(.leaveOut(images: [image(0, in: data), image(7, .validation, in: data)]))
    engine.send(.relabel(images: [image(1, in: data)], label: "class 2"))
    engine.train(toStep: 7)
    #expect(engine.trainer.corrected.trainCount == 100)
    while engine.trainer.progress.epoch == 1 { engine.tick() }
    #expect(engine.trainer.confusion?.images == 30)
    engine.train(toStep: 8)
    #expect(engine.trainer.corrected.trainCount == 99)
    #expect(engine.trainer.corrected.data.train.labels[1] == 2)
    while engine.trainer.progress.epoch == 2 { engine.tick() }
    #expect(engine.trainer.confusion?.images == 29)
    #expect(engine.trainer.stepsPerEpoch == 7)
    // Taken back, it is as if nothing had been said.
    engine.send(.takeIn(images: [image(0, in: data), image(7, .validation, in: data)]))
    engine.send(.relabel(images: [image(1, in: data)], label: nil))
    engine.finish()
    #expect(engine.trainer.settings.corrections.isEmpty)
    #expect(engine.trainer.confusion?.images == 30)
    #expect(engine.trainer.corrected.data.train.labels == data.train.labels)
  }

  @Test func whatIsLeftOutIsNeverTrainedOn() throws {
    // The one image that carries another value would be seen in the weights.
    let left = SmallProblem.data()
    let engines = [left, damaged(left, at: 3)].map { data in
      let engine = EngineDriver(configuration(), data: data)
      engine.send(.leaveOut(images: [image(3, in: data)]))
      engine.finish()
      return engine
    }
    #expect(engines[0].trainer.weights == engines[1].trainer.weights)
    #expect(engines[0].trainer.trainOutcomes[3] == nil)
  }

  private func damaged(_ data: TrainingData, at index: Int) -> TrainingData {
    let size = data.train.imageCount
    var pixels: [UInt8] = []
    var values = [Float](repeating: 0, count: size)
    for image in 0..<data.train.count {
      try! data.train.copyImage(image, into: &values)
      pixels += values.map { image == index ? 255 : UInt8(($0 * 255).rounded()) }
    }
    return TrainingData(
      path: data.path,
      train: ByteImages(
        imageShape: data.imageShape, pixels: pixels, labels: data.train.labels,
        classes: data.classes), validation: data.validation)
  }

  /// A picture that is left out is in no mixture either, and what was kept of such mixtures is not used.
  @Test func whatIsLeftOutIsMixedIntoNothing() throws {
    let engines = try [false, true].map { usesCache in
      let data = try photographs(.strong, views: 2)
      var configuration = configuration(freeze: ["conv1", "norm1"])
      configuration.cacheBudget = usesCache ? nil : 0
      let engine = EngineDriver(configuration, data: data)
      engine.train(toStep: 4)
      engine.send(.leaveOut(images: (0..<5).map { image($0, in: data) }))
      engine.finish()
      return engine
    }
    #expect(engines[1].trainer.cacheStatus.isUsed)
    #expect(engines[0].trainer.weights == engines[1].trainer.weights)
    let images = engines[0].trainer.corrected.data.train
    for index in 0..<images.count {
      for view in 0..<2 {
        let mixup = try #require(images.mixup(of: index, view: view))
        #expect(!mixup.isMixed || mixup.partner >= 5)
      }
    }
  }

  @Test(arguments: [3, 7, 8, 10, 14], ["weights", "solved"])
  func resumedAndReplayedTheyGiveTheSameBits(leftAt: Int, head: String) throws {
    var configuration = configuration()
    configuration.classWeights = .balanced
    if head == "solved" {
      configuration.head = HeadRequest()
      configuration.freezeAllButHead = true
      configuration.headStart = .ridge
    }
    func edit(_ engine: EngineDriver, at step: Int) {
      let data = engine.trainer.data
      engine.train(toStep: step)
      switch step {
      case 3: engine.send(.leaveOut(images: (10..<22).map { image($0, in: data) }))
      case 7:
        engine.send(
          .relabel(
            images: [image(30, in: data), image(2, .validation, in: data)], label: "class 1"))
      case 10:
        engine.send(.takeIn(images: [image(11, in: data)]))
        guard head == "solved" else { break }
        // On what is in force: without what was left out.
        engine.send(.pause)
        engine.send(.solveHead)
        while engine.core.phase == .solvingHead { engine.core.tick() }
        engine.send(.resume)
      case 14: engine.send(.leaveOut(images: [image(5, .validation, in: data)]))
      default: break
      }
    }
    let steps = [3, 7, 10, 14]
    let whole = EngineDriver(configuration)
    for step in steps { edit(whole, at: step) }
    whole.finish()

    let disk = RunOnDisk()
    var engine: EngineDriver? = EngineDriver(configuration, run: try disk.create(configuration))
    try #require(engine!.core.failure == nil)
    for step in steps where step <= leftAt { edit(engine!, at: step) }
    engine!.train(toStep: leftAt)
    engine!.send(.checkpoint)
    engine = nil
    let resumed = EngineDriver(configuration, run: try disk.open(), start: .resume())
    try #require(resumed.core.failure == nil)
    for step in steps where step > leftAt { edit(resumed, at: step) }
    resumed.finish()
    #expect(resumed.trainer.weights == whole.trainer.weights)
    #expect(resumed.trainer.settings == whole.trainer.settings)

    let replayed = EngineDriver(
      configuration, start: .replay(try disk.folder.journal().edits, to: whole.step))
    replayed.finish()
    #expect(replayed.trainer.weights == whole.trainer.weights)
  }

  @Test func whatCannotBeIsRefused() throws {
    let engine = EngineDriver(configuration())
    let data = engine.trainer.data
    let stranger = ImageReference(part: .train, index: 4, name: "a stranger")
    #expect(engine.refusal(of: .leaveOut(images: [stranger])) == .unknownImage("a stranger"))
    #expect(engine.refusal(of: .leaveOut(images: [])) == .noImageNamed)
    #expect(
      engine.refusal(of: .relabel(images: [image(0, in: data)], label: "owl"))
        == .unknownClass("owl"))
    let all = (0..<30).map { image($0, .validation, in: data) }
    #expect(engine.refusal(of: .leaveOut(images: all)) == .noImagesLeft(.validation))
    #expect(engine.refusal(of: .leaveOut(images: Array(all.dropFirst()))) == nil)
    var settings = engine.trainer.settings
    settings.corrections.leaveOut(all, true)
    #expect(engine.refusal(of: .replace(settings)) == .noImagesLeft(.validation))
  }

  @Test func anImageIsFoundByItsNameWhereverItHasMoved() throws {
    let data = SmallProblem.data()
    var corrections = ImageCorrections()
    corrections.leaveOut(
      [ImageReference(part: .train, index: -5, name: data.train.name(40))], true)
    corrections.relabel(
      [ImageReference(part: .train, index: 1 << 40, name: data.train.name(2))], "class 0")
    corrections.relabel([image(9, in: data)], "no class")
    corrections.leaveOut([ImageReference(part: .validation, index: 3, name: "gone")], true)
    let resolved = ResolvedCorrections(corrections, in: data)
    #expect(resolved.train.leftOut == [40] && resolved.train.labels == [2: 0])
    #expect(resolved.unknown.count == 2)
  }

  @Test func aCheckpointWithImagesThatAreGoneIsTakenUpAndSaysSo() throws {
    let configuration = configuration()
    let disk = RunOnDisk()
    var engine: EngineDriver? = EngineDriver(
      configuration, run: try disk.create(configuration), data: SmallProblem.data(train: 110))
    let last = image(105, in: engine!.trainer.data)
    engine!.send(.leaveOut(images: [last]))
    engine!.train(toStep: 9)
    engine!.send(.checkpoint)
    engine = nil
    let resumed = EngineDriver(
      configuration, run: try disk.open(), start: .resume(), data: SmallProblem.data(train: 100))
    try #require(resumed.core.failure == nil)
    resumed.finish()
    #expect(resumed.trainer.corrected.trainCount == 100)
    #expect(resumed.trainer.unreadable.all.contains { $0.contains("image 105") })
  }

  @Test func anUndoneEditIsMarkedAsWhatItChanges() throws {
    let engine = EngineDriver(configuration())
    let before = engine.trainer.settings
    let images = [image(0, in: engine.trainer.data)]
    engine.send(.leaveOut(images: images))
    engine.send(.freeze(layers: ["conv1"]))
    let now = engine.trainer.settings
    engine.send(.replace(now.undoing(from: before, to: before.applying(.leaveOut(images: images)))))
    #expect(engine.trainer.settings.frozen == ["conv1"])
    let changes = engine.core.history.edits.map(\.change)
    #expect(changes == [.leftOut(["image 0"]), .froze(["conv1"]), .tookIn(["image 0"])])
  }

  @Test func labelsAreExportedWithTheFilesThatTheyAreOf() throws {
    try PictureFolder.write(
      classes: ["a \"b\", c", "owl"], count: 6, to: temporary, folder: "data")
    let configuration = configuration()
    let folder = TemporaryFolder()
    let run = try RunsFolder(path: folder.path).create(
      name: "run", model: "small", options: configuration
    ) { name in
      RunRecord(
        name: name, model: "small", data: temporary("data"), validation: nil,
        seed: configuration.seed, settings: TuningSettings(), created: 0, programVersion: "0",
        machine: MachineDescription(processor: "a processor"))
    }
    let data = try PictureData.load(
      temporary("data"), options: ReadingOptions(seed: configuration.seed))
    func image(_ index: Int, _ source: any PictureSource, _ part: DataPart) -> ImageReference {
      ImageReference(part: part, index: index, name: source.name(index))
    }
    let quoted = image(0, data.train, .train)
    let owl = image(data.train.count - 1, data.train, .train)
    let aside = image(0, try #require(data.validation), .validation)
    let gone = ImageReference(part: .train, index: 0, name: "owl/gone.png")
    for edit in [
      Edit.leaveOut(images: [quoted, gone]), .relabel(images: [owl], label: "a \"b\", c"),
      .relabel(images: [aside], label: "owl"),
    ] {
      try run.journal.append(.edit(step: 1, time: 0, edit: edit))
    }
    let labels = try CorrectedLabels(of: run.folder, demo: DemoFiles(folder: nil))
    #expect(labels.missing == ["owl/gone.png"])
    let path = temporary("data")
    #expect(
      labels.text == """
        path,label,left out
        "\(path)/\(quoted.name.replacing("\"", with: "\"\""))","a ""b"", c",yes
        \(path)/\(owl.name),"a ""b"", c",
        "\(path)/\(aside.name.replacing("\"", with: "\"\""))",owl,

        """)
  }
}
