import EngineInterface
import Files
import Kernels
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
}
