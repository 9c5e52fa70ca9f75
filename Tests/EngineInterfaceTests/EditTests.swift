import Foundation
import Testing

@testable import EngineInterface

@Suite struct EditTests {
  private static let settings = TuningSettings(
    learningRate: 0.01, maxNorm: 3, frozen: ["a"], multipliers: ["b": 0.1], dropout: ["d": 0.5],
    insertedDropout: ["a": 0.2])

  private static let edits: [Edit] = [
    .freeze(layers: ["b", "c"]), .thaw(layers: ["a"]), .setLearningRate(1), .setMomentum(0.1),
    .setWeightDecay(0.2), .setMaxNorm(layers: [], limit: nil),
    .setMaxNorm(layers: ["a"], limit: 4), .setMultiplier(layers: ["b"], factor: 1),
    .setDropout(layer: "d", rate: 0), .setDropout(layer: "a_dropout", rate: 0.3),
    .setDropouts(layers: ["d", "a_dropout"], rate: 0.4),
    .insertDropout(after: "c", rate: 0.1), .setEpochs(4),
    .replace(TuningSettings(learningRate: 5)),
  ]

  @Test(arguments: edits) func everyEditIsUndoneByTheSettingsBeforeIt(edit: Edit) {
    let after = Self.settings.applying(edit)
    #expect(after != Self.settings)
    #expect(after.applying(.replace(Self.settings)) == Self.settings)
  }

  @Test(arguments: edits) func everyRequestComesBackFromItsBytes(edit: Edit) throws {
    let request = Request.edit(edit)
    let bytes = try JSONEncoder().encode(request)
    #expect(try JSONDecoder().decode(Request.self, from: bytes) == request)
  }

  @Test func severalDropoutLayersTakeOneRateWhereverTheyCameFrom() {
    let after = Self.settings.applying(.setDropouts(layers: ["d", "a_dropout"], rate: 0.4))
    #expect(after.dropout == ["d": 0.4] && after.insertedDropout == ["a": 0.4])
  }

  @Test func aReplacementIsCheckedValueByValue() {
    #expect(Edit.replace(Self.settings).objection == nil)
    #expect(Edit.replace(TuningSettings(learningRate: -1)).objection != nil)
    #expect(Edit.replace(TuningSettings(dropout: ["x": 1])).objection != nil)
  }
}
