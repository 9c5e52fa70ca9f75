import Testing

@testable import EngineInterface

/// One table says what each value may be.
struct TuningRangeTests {
  @Test func settingsOutOfRangeAreNamed() {
    let changes: [(inout TuningSettings) -> Void] = [
      { $0.learningRate = .nan }, { $0.learningRate = 0 }, { $0.learningRate = 1e7 },
      { $0.momentum = 1 }, { $0.weightDecay = -1 }, { $0.weightDecay = .infinity },
      { $0.maxNorm = -1 }, { $0.maxNorm = 1e-12 }, { $0.epochs = 0 }, { $0.epochs = .max },
      { $0.epochs = .min }, { $0.multipliers = ["a": 1, "b": -1] },
      { $0.layerMaxNorms = ["a": .nan] }, { $0.dropout = ["a": 1] },
      { $0.insertedDropout = ["": 0.995] },
    ]
    #expect(TuningSettings().objection == nil)
    for (number, change) in changes.enumerated() {
      var settings = TuningSettings()
      change(&settings)
      #expect(settings.objection != nil, "change \(number)")
    }
    // Off.
    #expect(TuningSettings(maxNorm: 0, layerMaxNorms: ["a": 0]).objection == nil)
  }

  @Test func theSentenceSaysWhatWasExpectedAndFound() {
    #expect(
      TuningRange.batch.objection(to: 0)?.description
        == "expected a batch from 1 to 65536, found 0")
    #expect(TuningRange.momentum.objection(to: .nan)?.found == "nan")
    #expect(Edit.setEpochs(.max).objection != nil)
    #expect(Edit.freeze(layers: []).objection == nil)
  }
}
