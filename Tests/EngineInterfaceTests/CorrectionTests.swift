import EngineInterface
import Foundation
import Testing

@Suite struct CorrectionTests {
  private func image(_ index: Int, _ part: DataPart = .train) -> ImageReference {
    ImageReference(part: part, index: index, name: "image \(index)")
  }

  @Test func anImageIsSaidOnceAndInTheOrderOfTheData() {
    var corrections = ImageCorrections()
    corrections.leaveOut([image(5), image(2, .validation), image(1)], true)
    corrections.relabel([image(5)], "owl")
    #expect(corrections.all.map(\.image) == [image(1), image(5), image(2, .validation)])
    #expect(
      corrections[image(5)] == ImageCorrection(image: image(5), isLeftOut: true, label: "owl"))
    #expect(corrections[image(9)] == nil && !corrections.leavesOut(image(9)))
    corrections.leaveOut([image(5)], false)
    #expect(corrections.all.count == 3)
    corrections.relabel([image(5)], nil)
    #expect(corrections.all.map(\.image) == [image(1), image(2, .validation)])
  }

  @Test func settingsKeepThemAndThoseOfBeforeHaveNone() throws {
    var settings = TuningSettings()
    let plain = try JSONEncoder().encode(settings)
    #expect(!String(decoding: plain, as: UTF8.self).contains("corrections"))
    #expect(try JSONDecoder().decode(TuningSettings.self, from: plain) == settings)
    settings.corrections.leaveOut([image(3)], true)
    settings.corrections.relabel([image(1, .validation)], "a \"b\"")
    let data = try JSONEncoder().encode(settings)
    #expect(try JSONDecoder().decode(TuningSettings.self, from: data) == settings)
    for edit in [
      Edit.leaveOut(images: [image(1)]), .takeIn(images: []),
      .relabel(images: [image(2)], label: nil),
    ] {
      let data = try JSONEncoder().encode(edit)
      #expect(try JSONDecoder().decode(Edit.self, from: data) == edit)
    }
  }

  @Test func undoingTakesBackOneChangeAlone() {
    let start = TuningSettings(frozen: ["a"], multipliers: ["b": 2])
    let edits: [Edit] = [
      .freeze(layers: ["b", "c"]), .thaw(layers: ["a"]), .setLearningRate(0.5), .setMomentum(0.1),
      .setWeightDecay(0.2), .setMaxNorm(layers: [], limit: 3), .setMaxNorm(layers: ["a"], limit: 2),
      .setMultiplier(layers: ["b", "c"], factor: 4), .setDropout(layer: "d", rate: 0.3),
      .insertDropout(after: "a", rate: 0.2), .setEpochs(77), .moveHead(after: "b"),
      .leaveOut(images: [image(1), image(2)]), .relabel(images: [image(2)], label: "x"),
    ]
    let all = edits.reduce(start) { $0.applying($1) }
    for (index, edit) in edits.enumerated() {
      let before = edits[..<index].reduce(start) { $0.applying($1) }
      let after = before.applying(edit)
      #expect(after.undoing(from: before, to: after) == before)
      let others = edits.indices.filter { $0 != index }.reduce(start) { $0.applying(edits[$1]) }
      #expect(all.undoing(from: before, to: after) == others, "\(edit)")
      #expect(others.undoing(from: after, to: before) == all, "\(edit)")
    }
  }
}
