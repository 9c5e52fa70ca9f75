import EngineInterface
import Testing

/// A journal may come from anybody: what it names lies in the run's folder, and nowhere else.
@Suite struct AdoptionTests {
  @Test func namesAreOfTheRunsOwnFiles() {
    for (step, trial, number) in [(0, 0, 1), (2_000_000_000, 99_999, 1), (7, 3, 12)] {
      let file = Adoption.file(step: step, trial: trial, number: number)
      #expect(Adoption(trial: trial, file: file, settings: TuningSettings()).objection == nil)
    }
    #expect(Adoption.file(step: 7, trial: 3) == "adopted-7-3.safetensors")
    #expect(Adoption.file(step: 7, trial: 3, number: 2) != Adoption.file(step: 7, trial: 3))
  }

  @Test(arguments: [
    "", "adopted-.safetensors", "adopted-1-2", "run.json", "../adopted-1-2.safetensors",
    "adopted-../../x.safetensors", "adopted-1/2.safetensors", "adopted-1-2.safetensors\0",
    "adopted-" + String(repeating: "1", count: 200) + ".safetensors", "/adopted-1-2.safetensors",
  ])
  func otherNamesAreRefused(file: String) {
    #expect(Adoption(trial: 1, file: file, settings: TuningSettings()).objection != nil)
  }

  @Test func itsSettingsAreCheckedAsOthersAre() {
    let settings = TuningSettings(learningRate: -1)
    let adoption = Adoption(
      trial: 1, file: Adoption.file(step: 1, trial: 1), settings: settings)
    #expect(Edit.adopt(adoption).objection != nil)
    #expect(TuningSettings().applying(.adopt(adoption)) == settings)
  }
}
