import EngineInterface
import Foundation
import Images
import Testing

@testable import Training

/// What is asked of a run: what would do nothing is refused, and what older runs kept is understood.
struct ConfigurationTests {
  @Test(arguments: OptimizerKind.allCases, [nil, 0.5])
  func optionsWithoutEffectAreRefused(kind: OptimizerKind, momentum: Double?) {
    for nesterov in [false, true] {
      var configuration = EngineConfiguration()
      configuration.optimizer = kind
      configuration.momentum = momentum
      configuration.nesterov = nesterov
      let hasEffect =
        (momentum == nil || kind.hasMomentum) && (!nesterov || (kind == .sgd && momentum != nil))
      do {
        try configuration.checkEffect()
        #expect(hasEffect)
      } catch {
        #expect(!hasEffect)
        #expect(error.option == (momentum != nil && !kind.hasMomentum ? "momentum" : "nesterov"))
      }
    }
  }

  /// As `run.json` has it of a run that was begun before heads could be kept and pixels were known.
  @Test func optionsOfAnOlderRunAreRead() throws {
    let text = """
      {"optimizer":"adam","nesterov":false,"schedule":{"kind":{"constant":{}},"warmupEpochs":0},
      "learningRate":0.01,"labelSmoothing":0,"epochs":3,"batch":16,"seed":5,"head":{"hidden":[512]},
      "freeze":["conv1"],"freezeFirst":0,"freezeAllButHead":false,"reinitialize":[],"multipliers":[],
      "pretrainedMultiplier":1,"dropout":[]}
      """
    let configuration = try JSONDecoder().decode(
      EngineConfiguration.self, from: Data(text.utf8))
    #expect(configuration.preparation == nil)
    #expect(configuration.head == HeadRequest(hidden: [512]))
    #expect(configuration.labelSmoothing == 0)
    #expect(configuration.strength == Augmentation.Strength.none && configuration.views == nil)
  }

  @Test(arguments: [
    ImagePreparation.Origin.layers(["a", "b"], effect: "make 0..1 of it"), .option, .program,
    .assumption, .olderRun,
  ])
  func optionsAreReadAsTheyWereWritten(origin: ImagePreparation.Origin) throws {
    var configuration = EngineConfiguration()
    configuration.preparation = ImagePreparation(pixels: .symmetric, origin: origin)
    configuration.head = HeadRequest(keepsTrained: true, preset: "dropout")
    configuration.maxNorm = 0
    configuration.augmentation = .strong
    configuration.views = 2
    configuration.fit = .pad
    configuration.isStrict = true
    configuration.outputLayer = "logits"
    configuration.labels = "names.txt"
    configuration.classWeights = .balanced
    configuration.patience = 3
    let data = try JSONEncoder().encode(configuration)
    #expect(try JSONDecoder().decode(EngineConfiguration.self, from: data) == configuration)
  }

  @Test func whatOptionsOfPicturesCannotBeIsRefused() {
    for (option, change) in [
      ("views", { $0.views = -1 }), ("views", { $0.views = 1001 }),
      ("patience", { $0.patience = 0 }),
    ] as [(String, (inout EngineConfiguration) -> Void)] {
      var configuration = EngineConfiguration()
      change(&configuration)
      let error = #expect(throws: ConfigurationError.self) { try configuration.check() }
      #expect(error?.option == option)
    }
  }
}
