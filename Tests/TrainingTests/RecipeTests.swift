import Datasets
import Dispatch
import EngineInterface
import Files
import Glibc
import Images
import Kernels
import Network
import RunStore
import TestSupport
import Testing

@testable import Training

/// The one way from what was asked to a prepared model and data.
@Suite struct RecipeTests {
  private static var demo: DemoFiles {
    DemoFiles(
      folder: #filePath.replacing(
        "Tests/TrainingTests/RecipeTests.swift", with: "Sources/thaw/Demo"))
  }

  private func recipe(_ change: (inout EngineConfiguration) -> Void = { _ in }) -> Recipe {
    var configuration = EngineConfiguration()
    configuration.head = HeadRequest()
    change(&configuration)
    return Recipe(
      model: .demo, data: nil, validation: nil, configuration: configuration, name: "r",
      demo: Self.demo)
  }

  @Test func whatARunBeginsWithIsInItsRecord() throws {
    var recipe = recipe {
      $0.freeze = ["conv1", "conv2"]
      $0.multipliers = [PatternValue(pattern: "dense*", value: 0.5)]
      $0.learningRate = 0.25
    }
    let inputs = try recipe.loadInputs(of: .new)
    let record = recipe.record(name: "r", settings: inputs.prepared.settings)
    #expect(record.settings == inputs.prepared.settings)
    #expect(record.settings.frozen == ["conv1", "conv2"])
    #expect(record.settings.multipliers == ["dense1": 0.5])
    #expect(record.settings.learningRate == 0.25)
    #expect(record.model == "demo" && record.data == "demo")
  }

  @Test func aRunsRecipeComesToTheSameModelWithoutItsData() throws {
    let temporary = TemporaryFolder()
    var first = recipe { $0.reinitialize = ["conv1"] }
    let inputs = try first.loadInputs(of: .new)
    let run = try RunsFolder(path: temporary.path).create(
      name: "r", model: "demo", options: first.configuration
    ) { [first] in
      first.record(name: $0, settings: inputs.prepared.settings)
    }
    var again = try Recipe(of: run.folder, demo: Self.demo)
    let pool = WorkerPool(threads: 1)
    let prepared = try again.preparedModel(pool: pool)
    #expect(prepared.settings == inputs.prepared.settings)
    #expect(prepared.newLayers == inputs.prepared.newLayers)
    let values = { (model: PreparedModel) in
      model.model.allParameters.map { $0.values.values }
    }
    #expect(values(prepared) == values(inputs.prepared))
  }

  @Test func theStagesAreSaidInTheirOrder() throws {
    var recipe = recipe()
    var stages: [PreparationStage] = []
    _ = try recipe.loadInputs(of: .new) { stages.append($0) }
    #expect(stages == [.readingImages, .readingModel, .preparingModel])
  }

  @Test func aProgramWithoutItsFilesSaysWhichIsMissing() {
    var recipe = Recipe(
      model: .demo, data: nil, validation: nil, configuration: EngineConfiguration(), name: nil,
      demo: DemoFiles(folder: nil))
    let error = #expect(throws: FileError.self) { try recipe.loadInputs(of: .new) }
    #expect(error?.path == "Demo" && error?.isMissing == true)
  }

  // MARK: - Photographs

  private func photographs(
    _ temporary: TemporaryFolder, size: ImageSize? = nil,
    _ change: (inout EngineConfiguration) -> Void = { _ in }
  ) -> Recipe {
    var configuration = EngineConfiguration()
    configuration.threads = 1
    change(&configuration)
    return Recipe(
      model: .zoo("squeezenet1_1"), data: temporary.path, validation: nil,
      configuration: configuration, imageSize: size, name: "r", demo: Self.demo)
  }

  @Test func photographsTakeTheNetworksSizeAndItsDefaults() throws {
    let temporary = TemporaryFolder()
    try PictureFolder.write(classes: ["a", "b"], count: 5, to: temporary)
    var usual = photographs(temporary)
    let inputs = try usual.loadInputs(of: .new)
    #expect(usual.configuration.imageShape == [224, 224, 3])
    #expect(usual.configuration.augmentation == .standard && usual.configuration.views == 4)
    #expect(inputs.data.train.count == 8 && inputs.data.validation?.count == 2)
    #expect(inputs.notices.contains { $0.contains("2 of 10 pictures set aside") })
    #expect(usual.configuration.preparation?.origin == .family("torchvision's SqueezeNets"))
    var plain = photographs(temporary) { $0.augmentation = Augmentation.Strength.none }
    #expect(try plain.loadInputs(of: .new).data.train.views == 1)
    #expect(plain.configuration.views == nil)
  }

  @Test func aRunKeepsItsSizeAndSaysWhenPicturesHaveGone() throws {
    let (temporary, runs) = (TemporaryFolder(), TemporaryFolder())
    try PictureFolder.write(classes: ["a", "b"], count: 5, to: temporary)
    var recipe = photographs(temporary, size: ImageSize(height: 64, width: 48)) { $0.fit = .pad }
    let inputs = try recipe.loadInputs(of: .new)
    #expect(inputs.data.imageShape == [64, 48, 3])
    let run = try RunsFolder(path: runs.path).create(
      name: "r", model: "zoo:squeezenet1_1", options: recipe.configuration
    ) { [recipe] in
      recipe.record(name: $0, settings: inputs.prepared.settings)
    }
    var again = try Recipe(of: run.folder, demo: Self.demo)
    let prepared = try again.preparedModel(pool: WorkerPool(threads: 1))
    #expect(prepared.model.graph.inputShape.dimensions == [64, 48, 3])
    #expect(prepared.preparation.fit == .pad && prepared.preparation.fitOrigin == .option)
    let same = try again.loadInputs(of: .existing)
    #expect(again.configuration == recipe.configuration)
    #expect(!same.notices.contains { $0.contains("began with") })
    for index in 0..<3 { unlink(temporary("a/\(index).png")) }
    var fewer = try Recipe(of: run.folder, demo: Self.demo)
    let notices = try fewer.loadInputs(of: .existing).notices
    #expect(notices.contains { $0.contains("began with 8 training images") }, "\(notices)")
  }

  /// Whoever is told belongs to one queue: it is told where it waits, and never after.
  @Test func readingSaysHowFarItIs() throws {
    var stages: [PreparationStage] = []
    let goOn = DispatchSemaphore(value: 0)
    func note(_ stage: PreparationStage) {
      stages.append(stage)
      goOn.signal()
    }
    let value = try ReadingReport.read(saying: note) { say in
      say(.listing(7))
      goOn.wait()
      say(.checking(2, of: 9))
      goOn.wait()
      return 5
    }
    #expect(value == 5)
    #expect(stages == [.listingImages(7), .checkingImages(2, of: 9)])
    func ignore(_ stage: PreparationStage) {}
    #expect(throws: DatasetError.fraction(2)) {
      try ReadingReport.read(saying: ignore) { _ in throw DatasetError.fraction(2) }
    }
  }
}
