import EngineInterface
import Files
import TerminalUI
import Testing

@testable import Workbench

@Suite struct RunTests {
  @Test func pPausesAndResumes() {
    var driver = Driver(SampleRuns.digits(step: 100))
    #expect(driver.screen.contains("p pause"))
    driver.press("p")
    #expect(driver.requests == [.pause])
    driver.send(.engine(SampleRuns.digits(step: 101, state: .paused)))
    #expect(driver.screen.contains("p resume"))
    driver.press(". p")
    #expect(driver.requests == [.pause, .singleStep, .resume])
  }

  @Test func aSingleStepNeedsAPause() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press(".")
    #expect(driver.requests.isEmpty)
    #expect(driver.screen.contains("pause first"))
  }

  @Test func rSolvesTheHeadOfAPausedRunWhoseOtherLayersAreFrozen() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press("r")
    #expect(driver.requests.isEmpty)
    #expect(driver.screen.contains("pause first"))
    var paused = SampleRuns.digits(step: 100, state: .paused)
    let below = ["conv1", "conv2", "conv3", "conv4", "dense1"]
    paused.settings.frozen = Set(below.dropLast())
    func layers() -> [LayerSummary] {
      SampleRuns.applied(paused.settings, to: paused.layers, step: 100)
    }
    paused.layers = layers()
    driver.send(.engine(paused))
    driver.press("r")
    #expect(driver.requests.isEmpty)
    #expect(driver.screen.contains("dense1 trains below the head: freeze it first"))
    paused.settings.frozen = Set(below)
    paused.layers = layers()
    paused.revision += 1
    driver.send(.engine(paused))
    driver.press("r")
    #expect(driver.requests == [.edit(.solveHead)])
    paused.state = .preparing(.solvingHead(.readingFeatures(share: 0.25)))
    paused.revision += 1
    driver.send(.engine(paused))
    #expect(driver.screen.contains("solving the head: reading features, 25 %"))
    // The layers stay on show meanwhile.
    #expect(driver.screen.contains("conv3"))
    driver.send(
      .events([.notice(.headSolved(features: 96, images: 3000, accuracy: 0.951))]))
    #expect(driver.screen.contains("solved on 96 features of 3 000 images: 95.1 % right"))
  }

  @Test func aNewHeadIsPutOnTheSelectedLayerOfAPausedRun() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press("down down down enter")
    #expect(!driver.screen.contains("head here"))
    driver.press("esc H")
    #expect(driver.screen.contains("pause first"))
    driver.send(.engine(SampleRuns.digits(step: 101, state: .paused)))
    driver.press("enter")
    #expect(driver.screen.contains("H  cuts the network here"))
    driver.press("H")
    #expect(driver.requests.isEmpty)
    #expect(driver.screen.contains("cut after conv3"))
    #expect(driver.screen.contains("conv4 … output (7 layers)"))
    driver.press("h")
    #expect(driver.requests == [.edit(.moveHead(after: "conv3"))])
    // The head itself, and several layers, carry none.
    driver.press("end H")
    #expect(driver.screen.contains("output is the head"))
    driver.press("v up H")
    #expect(driver.screen.contains("select one layer"))
    #expect(driver.requests.count == 1)
  }

  @Test func cWritesACheckpointAndSaysWhenItIsThere() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press("c")
    #expect(driver.requests == [.checkpoint])
    driver.send(.events([.checkpointWritten(path: "/a/step-00000100.safetensors", step: 100)]))
    #expect(driver.screen.contains("checkpoint step-00000100.safetensors written at step 100"))
  }

  @Test func quittingWhileTrainingAsksAndWaitsForTheEngine() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press("q")
    #expect(driver.effects.isEmpty)
    #expect(driver.screen.contains("stop after this step, with a checkpoint"))
    driver.press("enter")
    #expect(driver.requests == [.stop(checkpoint: true)])
    #expect(!driver.effects.contains(.quit))
    driver.send(.engine(SampleRuns.digits(step: 101, state: .finished(.stopped(step: 101)))))
    #expect(driver.effects.last == .quit)
  }

  @Test func quittingCanDropAndCanBeCancelled() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press("q c q esc")
    #expect(driver.effects.isEmpty)
    driver.press("ctrl-c d")
    #expect(driver.requests == [.stop(checkpoint: false)])
  }

  @Test func aSecondQLeavesAnEngineThatDoesNotAnswer() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press("q s q")
    #expect(driver.effects.last == .quit)
  }

  @Test(arguments: [
    EngineSnapshot.State.finished(.completed(epochs: 20)), .failed(RunFailure(error: "NaN")),
  ])
  func quittingAtTheEndJustLeaves(state: EngineSnapshot.State) {
    var driver = Driver(SampleRuns.digits(step: 940, state: state))
    driver.press("q")
    #expect(driver.effects == [.quit])
  }

  @Test func aFinishedRunTrainsOn() {
    var driver = Driver(SampleRuns.digits(step: 940, state: .finished(.completed(epochs: 20))))
    #expect(driver.screen.contains("e train on"))
    driver.press("e 5")
    #expect(driver.requests == [.setEpochs(25), .resume])
  }

  @Test func moreEpochsCanBeAskedForWhileItTrains() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press("e 1")
    #expect(driver.requests == [.setEpochs(21)])
  }

  @Test func losingTheTerminalKeepsTheWork() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.send(.hangUp)
    #expect(driver.requests == [.stop(checkpoint: true)])
    #expect(driver.effects.last == .quit)
  }

  @Test func keysBeforeTheFirstNumbersAreHarmless() {
    for snapshot in [nil, SampleRuns.digits(state: .preparing(.readingModel)), SampleRuns.digits()]
    {
      var driver = Driver(snapshot)
      let keys =
        "space v a A enter o i up down left right pgup pgdn home end - + [ ] p . c tab x s S w "
        + "f 2 space enter tab - + up down left right 1 t ctrl-l backtab esc"
      for _ in 0..<4 { driver.press(keys) }
      driver.wait(1)
      #expect(!driver.effects.contains(.quit))
      _ = driver.frame
    }
  }

  @Test func beforeThereIsARunKeysSendNothing() {
    var driver = Driver(SampleRuns.digits(state: .preparing(.readingModel)))
    driver.press("space a p . c i - + tab + backtab backtab ] esc")
    driver.wait(1)
    #expect(driver.requests.isEmpty)
  }

  @Test func anOlderSnapshotIsNotTaken() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.send(.engine(SampleRuns.digits(step: 90)))
    #expect(driver.model.step == 100)
  }

  @Test func anEpochsEndIsSaidAndAnEditTellsWhatItDid() {
    var driver = Driver(ScreenTests.edited())
    let metrics = EpochSummary.Metrics(loss: 0.081, accuracy: 0.98, top5: nil)
    driver.send(
      .events([
        .epochEnded(
          EpochSummary(
            epoch: 6, step: 282, train: metrics, validation: metrics, imagesPerSecond: 1840,
            learningRate: 3e-4))
      ]))
    #expect(driver.screen.contains("epoch 6 ended: train 0.0810, val 0.0810"))
    #expect(driver.screen.contains("learning rate 1e-3 → 3e-4 at step 244   val loss −0.110"))
  }

  // MARK: What came of an edit

  private func lines(_ edits: [(step: Int, before: Double)]) -> String {
    var snapshot = SampleRuns.digits(step: 300)
    for (index, edit) in edits.enumerated() {
      snapshot.history.append(
        EditMarker(
          step: edit.step, change: .dropout(layer: "edit\(index)", from: nil, to: 0.5),
          time: SampleRuns.start, validationLossBefore: edit.before))
    }
    return Driver(snapshot, columns: 160, lines: 50).screen
  }

  @Test func aChangeOfLossBelongsToTheLastEditBeforeIt() {
    // Validations stand at 47, 94, …, 282.
    let screen = lines([(100, 1), (200, 0.5)])
    func value(_ step: Int) -> Double { SampleRuns.loss(step) * 1.2 + 0.03 }
    let first = NumberText.metric(1 - value(188))
    let second = NumberText.metric(0.5 - value(282))
    #expect(
      screen.contains(
        "dropout of edit0 0.5 at step 100   val loss −\(first) in the 100 steps to the next edit"))
    #expect(
      screen.contains(
        "dropout of edit1 0.5 at step 200   val loss −\(second) in the 100 steps since"))
  }

  @Test func editsWithoutAValidationBetweenThemAreJudgedTogether() {
    let screen = lines([(200, 0.5), (210, 0.5), (210, 0.5)])
    #expect(screen.contains("dropout of edit0 0.5 at step 200   with the edit after it"))
    #expect(screen.contains("dropout of edit1 0.5 at step 210   with the edit after it"))
    #expect(screen.contains("dropout of edit2 0.5 at step 210   val loss −"))
    #expect(lines([(290, 0.5)]).contains("dropout of edit0 0.5 at step 290   no validation since"))
  }

  @Test func aFreezeIsSaidToHaveBroughtWhatExceedsTheSpreadOfSteps() {
    var snapshot = ScreenTests.edited()
    snapshot.stepTime.beforeMilliseconds = 324
    snapshot.stepTime.nowMilliseconds = 564
    snapshot.stepTime.spreadMilliseconds = 300
    #expect(snapshot.stepTime.change == nil)
    let noisy = Driver(snapshot).screen
    #expect(noisy.contains("564 ms/step") && !noisy.contains("324 → 564"))
    snapshot.stepTime.spreadMilliseconds = 20
    #expect(snapshot.stepTime.change == 240)
    #expect(Driver(snapshot).screen.contains("324 → 564 ms/step"))
  }
}

/// A run whose loss is no number any more.
@Suite struct BrokenRunTests {
  private func broken(backTo: Int?) -> EngineView {
    let reason = RunFailure(error: "the loss of step 61 is not a number", rest: .noCheckpointYet)
    var snapshot = SampleRuns.digits(step: 60, state: .failed(reason))
    snapshot.history.append(.trainLoss, step: 61, value: .nan)
    snapshot.breakdown = Breakdown(step: 61, backTo: backTo, learningRate: 1e-4)
    return snapshot
  }

  @Test(arguments: [(0, "the beginning"), (47, "the checkpoint of step 47")])
  func theWayBackIsOfferedWithItsKey(step: Int, place: String) {
    for (columns, lines) in [(80, 24), (120, 36)] {
      var driver = Driver(broken(backTo: step), columns: columns, lines: lines)
      #expect(driver.screen.contains("failed at step 61"))
      #expect(!driver.screen.contains("step 60"))
      #expect(driver.screen.contains("b back to \(place)"))
      driver.press("b")
      #expect(driver.requests == [.goBack])
    }
  }

  @Test func whereThereIsNoWayBackTheKeySaysSo() {
    var driver = Driver(broken(backTo: nil))
    driver.press("b")
    #expect(driver.requests.isEmpty)
    #expect(driver.screen.contains("there is nothing to go back to"))
    var running = Driver(SampleRuns.digits(step: 60))
    running.press("b")
    #expect(running.requests.isEmpty)
    #expect(running.screen.contains("training has not broken down"))
  }

  /// On both charts.
  @Test func theStepIsMarkedOnTheCurves() {
    let driver = Driver(broken(backTo: 47))
    let lines = driver.screen.split(separator: "\n")
    #expect(lines.count { $0.contains("✕") } >= 2)
    #expect(driver.screen.contains("NaN"))
  }
}
