import EngineInterface
import Testing

@testable import Workbench

@Suite struct LayerListTests {
  @Test func spaceFreezesTheSelectedLayerAndThenThawsIt() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press("down space")
    #expect(driver.requests == [.freeze(layers: ["conv2"])])
    driver.press("space")
    #expect(driver.requests.last == .thaw(layers: ["conv2"]))
  }

  @Test func aFreezeIsPendingUntilTheEngineHasAppliedIt() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press("space")
    #expect(driver.screen.contains("❄ conv1?"))
    driver.acknowledge()
    #expect(!driver.screen.contains("conv1?"))
    #expect(driver.screen.contains("❄ conv1"))
    #expect(driver.model.pending.isEmpty)
  }

  @Test func aLayerWithoutParametersCannotBeFrozenAndSaysWhy() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press("down down space")
    #expect(driver.effects.isEmpty)
    #expect(driver.screen.contains("pool1 has no parameters to freeze"))
  }

  @Test func aRangeFreezesAsOneAndLeavesOutWhatCannotBe() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press("v down down down space")
    #expect(driver.requests == [.freeze(layers: ["conv1", "conv2", "conv3"])])
    #expect(driver.model.selection.anchor == nil)
  }

  @Test func escapeGivesUpARange() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press("v down esc space")
    #expect(driver.requests == [.freeze(layers: ["conv2"])])
  }

  @Test func aPartlyFrozenRangeIsFrozenWholeFirst() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press("space home v down down down space")
    #expect(driver.requests.last == .freeze(layers: ["conv2", "conv3"]))
  }

  @Test func aFreezesAllButTheLastAndThawsAll() {
    var driver = Driver(SampleRuns.digits(step: 100))
    let body = ["conv1", "conv2", "conv3", "conv4", "dense1"]
    driver.press("a")
    #expect(driver.requests == [.freeze(layers: body)])
    driver.press("a")
    #expect(driver.requests.last == .thaw(layers: body + ["output"]))
  }

  @Test func aThawsAFrozenHeadBeforeItFreezesTheRest() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press("end space a")
    #expect(
      driver.requests == [
        .freeze(layers: ["output"]), .thaw(layers: ["output"]),
        .freeze(layers: ["conv1", "conv2", "conv3", "conv4", "dense1"]),
      ])
  }

  @Test func plusOnADropoutLayerTurnsItsRate() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press("down down down down down down")
    #expect(driver.model.selection.id == .layer("dropout1"))
    #expect(driver.model.adjustedKnob == .dropout)
    driver.press("up")
    #expect(driver.model.adjustedKnob == .multiplier)
  }

  @Test func aBlockFreezesAsOneAndOpensAndCloses() {
    var driver = Driver(SampleRuns.resNet50(step: 100))
    driver.press("end up up enter down")
    #expect(driver.model.selection.id == .block("conv5_block1"))
    driver.press("enter end up up enter down down")
    #expect(driver.model.selection.id == .block("conv5_block3"))
    let rows = driver.model.selection.rows.count
    driver.press("space")
    guard case .freeze(let layers)? = driver.edits.last else {
      Issue.record("nothing was frozen")
      return
    }
    #expect(layers.count == 6)
    #expect(layers.allSatisfy { $0.hasPrefix("conv5_block3") })
    driver.press("enter")
    #expect(driver.model.selection.rows.count == rows + 10)
    driver.press("down down up up enter")
    #expect(driver.model.selection.rows.count == rows)
    #expect(driver.model.selection.id == .block("conv5_block3"))
  }

  @Test func plusAndMinusChangeTheMarkedColumn() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press("-")
    driver.wait(1)
    #expect(driver.requests == [.setMultiplier(layers: ["conv1"], factor: 0.7)])
    driver.press("right right -")
    driver.wait(1)
    #expect(driver.requests.last == .setMaxNorm(layers: ["conv1"], limit: 20))
    driver.press("left down down down down down down +")
    driver.wait(1)
    #expect(driver.requests.last == .setDropout(layer: "dropout1", rate: 0.26))
  }

  @Test func aHandThatKeepsTurningMakesOneEdit() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press("- - -")
    driver.wait(0.1)
    #expect(driver.effects.isEmpty)
    #expect(driver.screen.contains("0.3?"))
    driver.wait(0.3)
    #expect(driver.requests == [.setMultiplier(layers: ["conv1"], factor: 0.3)])
  }

  @Test func whatIsStillTurnedGoesBeforeTheNextCommand() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press("[ p")
    #expect(driver.requests == [.setMultiplier(layers: ["conv1"], factor: 0.3), .pause])
  }

  @Test func dropoutIsOfferedWhereThereIsNone() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press("right +")
    #expect(driver.screen.contains("conv1 has no dropout after it"))
    driver.press("enter")
    #expect(driver.requests == [.insertDropout(after: "conv1", rate: 0.2)])
  }

  @Test func theLayerBeforeADropoutLayerTurnsThatLayer() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press("end up up right +")
    #expect(driver.model.selectionTitle == "dense1")
    driver.wait(1)
    #expect(driver.requests == [.setDropout(layer: "dropout2", rate: 0.51)])
  }

  @Test func theSelectionStaysOnItsLayerWhenOnesAreInserted() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press("down down down")
    var snapshot = SampleRuns.digits(step: 101)
    var dropout = LayerSummary(
      name: "conv1_dropout", kind: "Dropout", detail: "", inputs: ["conv1"],
      outputShape: [28, 28, 16], parameterCount: 0, trainableParameterCount: 0)
    dropout.dropout = 0.2
    snapshot.layers.insert(dropout, at: 1)
    driver.send(.engine(snapshot))
    #expect(driver.model.selectionTitle == "conv3")
  }

  @Test func theListScrollsWithTheSelection() {
    var driver = Driver(SampleRuns.resNet50(step: 10), columns: 80, lines: 24)
    #expect(!driver.screen.contains("● output"))
    driver.press("o end")
    #expect(driver.model.selectionTitle == "output")
    #expect(driver.screen.contains("● output"))
    driver.press("home")
    #expect(driver.screen.contains("conv1"))
  }

  @Test func aSearchSelectsAllThatItFindsAndSpaceFreezesIt() {
    var driver = Driver(SampleRuns.resNet50(step: 10), columns: 100)
    driver.press("/")
    driver.type("conv4_block2-3")
    #expect(driver.screen.contains("/ conv4_block2-3"))
    #expect(driver.screen.contains("20 layers  enter selects all of them"))
    #expect(driver.model.selectionTitle == "conv4_block2")
    driver.press("enter")
    #expect(driver.model.selectionTitle == "20 layers")
    // All of it is frozen already.
    driver.press("space")
    guard case .thaw(let layers)? = driver.edits.last else {
      Issue.record("nothing was thawed")
      return
    }
    #expect(Self.areInBlocks(layers))
    // The selection moves, and is one row again.
    driver.press("down")
    #expect(driver.model.selectedLayers.count == 10)
  }

  private static func areInBlocks(_ layers: [String]) -> Bool {
    layers.count == 12
      && layers.allSatisfy { $0.hasPrefix("conv4_block2_") || $0.hasPrefix("conv4_block3_") }
  }

  @Test func nGoesToTheNextThatWasFoundAndRoundTheEnd() {
    var driver = Driver(SampleRuns.resNet50(step: 10))
    driver.press("/")
    driver.type("block?_0_conv")
    driver.press("esc")
    #expect(driver.model.selectionTitle == "conv1" && driver.model.selection.search == nil)
    driver.press("/")
    driver.type("*block?_0_conv")
    driver.press("enter n")
    var names: [String] = []
    for _ in 0..<4 {
      names.append(driver.model.selectionTitle)
      driver.press("n")
    }
    #expect(names == [3, 4, 5, 2].map { "conv\($0)_block1_0_conv" })
    #expect(driver.model.selectionTitle == "conv3_block1_0_conv")
    driver.press("N")
    #expect(driver.model.selectionTitle == "conv2_block1_0_conv")
    driver.press("esc")
    #expect(driver.model.selection.search == nil)
    driver.press("n")
    #expect(driver.model.selectionTitle == "conv2_block1_0_conv")
  }

  @Test func aPartOfANameIsFoundWherePatternsNameNothing() {
    var driver = Driver(SampleRuns.digits(step: 10))
    driver.press("/")
    driver.type("ENSE")
    #expect(driver.model.selectionTitle == "dense1")
    driver.type("x")
    #expect(driver.screen.contains("no layer is called that"))
    driver.press("enter")
    #expect(driver.model.selection.search == nil)
  }

  @Test func backspaceClosesTheBlockAround() {
    var driver = Driver(SampleRuns.resNet50(step: 10))
    driver.press("end up up enter down enter down down backspace")
    #expect(driver.model.selection.id == .block("conv5_block1"))
    driver.press("backspace")
    #expect(driver.model.selection.id == .block("conv5"))
    driver.press("backspace")
    #expect(driver.screen.contains("conv5 is in no block"))
  }

  /// One rate for all dropout of a block; stochastic depth is set at its own layer only.
  @Test func plusOnABlockTurnsItsDropoutLayersAsOne() {
    var snapshot = SampleRuns.resNet50(step: 10)
    for name in ["conv5_block1_1_relu", "conv5_block2_1_relu", "conv5_block3_1_relu"] {
      guard let index = snapshot.layers.firstIndex(where: { $0.name == name }) else { continue }
      snapshot.layers[index].kind = "Dropout"
      snapshot.layers[index].dropout = 0.2
      if name.contains("block3") { snapshot.layers[index].detail = "of parts" }
    }
    var driver = Driver(snapshot)
    driver.press("end up up right +")
    driver.wait(1)
    #expect(
      driver.requests == [
        .edit(
          .setDropouts(layers: ["conv5_block1_1_relu", "conv5_block2_1_relu"], rate: 0.21))
      ])
  }

  @Test func waitingForImagesIsShownOnceItCostsTime() {
    var snapshot = ScreenTests.edited()
    #expect(!Driver(snapshot, columns: 100).screen.contains("waits"))
    snapshot.progress.waitingShare = 0.125
    #expect(Driver(snapshot, columns: 100).screen.contains("waits 12.5 % for images"))
  }

  @Test(arguments: [80, 100, 120, 180])
  func theFeatureCacheIsShownBesideWhatIsFrozen(columns: Int) {
    var snapshot = ScreenTests.edited()
    snapshot.cache.isUsed = true
    snapshot.cache.images = 3500
    snapshot.cache.cachedImages = 1750
    snapshot.cache.bytes = 17_100_000
    snapshot.cache.hitShare = 0.25
    let used = Driver(snapshot, columns: columns).screen
    #expect(used.contains("4 frozen, 50.0 % cached"))
    #expect(used.contains("cache hits 25.0 %") == (columns != 120))

    snapshot.cache = FeatureCacheStatus()
    snapshot.cache.obstacle = .error("conv1 is live")
    let off = Driver(snapshot, columns: columns).screen
    #expect(off.contains("4 frozen, not cached"))
    #expect(off.contains("no cache: conv1 is live") == (columns != 120))
  }

  /// In the graph, what is framed is what a key acts on, and what is told beside it.
  @Test func anOpenBlockIsFramedWholeInTheGraph() throws {
    var driver = Driver(SampleRuns.resNet50(step: 40))
    driver.press("home")
    while driver.model.selection.id.map({ if case .block = $0 { false } else { true } }) ?? true {
      driver.press("down")
    }
    driver.press("enter 2")
    let acted = Set(driver.model.selectedLayers.map(\.name))
    let graph = try #require(driver.model.graph)
    let framed = driver.model.chosenBoxes.flatMap { graph.members[$0] }
      .map { driver.model.layers[$0].name }
    #expect(acted.count > 1)
    #expect(Set(framed) == acted)
    #expect(driver.screen.contains("layers      \(acted.count)"))
    driver.press("space")
    let names: [String] =
      switch driver.edits.last {
      case .freeze(let names), .thaw(let names): names
      default: []
      }
    #expect(!names.isEmpty && Set(names).isSubset(of: acted))
  }
}

/// Which columns there are, on a list of some width.
@Suite struct LayerColumnTests {
  private func heading(_ driver: Driver) -> String {
    driver.screen.split(separator: "\n").first { $0.contains(" layer ") }.map(String.init) ?? ""
  }

  @Test func shapesStayWhereColumnsAreEmpty() {
    var driver = Driver(SampleRuns.resNet50(step: 400), columns: 80, lines: 24)
    for columns in [72, 80, 100, 120] {
      driver = Driver(SampleRuns.resNet50(step: 400), columns: columns, lines: 24)
      #expect(heading(driver).contains("output"), "\(columns): \(heading(driver))")
      #expect(heading(driver).contains("‖∇‖"), "\(columns): \(heading(driver))")
    }
    #expect(!heading(driver).contains("drop"))
    // A column that is being changed is seen all the same.
    driver.press("right")
    #expect(heading(driver).contains("drop"))
  }

  @Test func aWideListUsesItsRoom() {
    let driver = Driver(SampleRuns.resNet50(step: 400), columns: 200, lines: 60)
    for title in ["kind", "output", "params", "lr×", "‖∇‖", "‖w‖", "∆w/w"] {
      #expect(heading(driver).contains(title), "\(heading(driver))")
    }
  }

  @Test func longNamesLoseTheirMiddle() {
    var snapshot = SampleRuns.digits(step: 60)
    let name = "efficientnet_b0_stage_3_block_5_squeeze_and_excite_reduce_kernel"
    snapshot.layers[1].name = name
    let driver = Driver(snapshot, columns: 80, lines: 24)
    let row = driver.screen.split(separator: "\n").first { $0.contains("efficientn") } ?? ""
    #expect(row.contains("…") && row.contains("kernel"), "\(row)")
  }

  @Test func aWideListSaysWhatEachLayerCosts() {
    var snapshot = SampleRuns.digits(step: 50)
    for index in snapshot.layers.indices {
      snapshot.layers[index].milliseconds = 0.5 + Double(index)
      snapshot.layers[index].memoryBytes = 1000 * (index + 1)
    }
    var driver = Driver(snapshot, columns: 200, lines: 60)
    let heading = driver.screen.split(separator: "\n").first { $0.contains("params") } ?? ""
    for title in ["kind", "output", "∆w/w", "‖w‖", "ms", "memory"] {
      #expect(heading.contains(title), "\(heading)")
    }
    #expect(driver.screen.contains("0.50"))
    #expect(driver.screen.contains("1.00 kB"))
    // The details below the list have the selected layer's.
    #expect(driver.screen.contains("0.50 ms of each step"))
    driver.press("down")
    #expect(driver.screen.contains("1.5 ms of each step"))
  }

  @Test func theLimitOfWeightsHasAnAsciiHeading() {
    var driver = Driver(SampleRuns.digits(step: 50), columns: 120, lines: 36, glyphs: .ascii)
    driver.press("right right")
    #expect(driver.screen.contains("max|w|"))
    driver = Driver(SampleRuns.digits(step: 50), columns: 120, lines: 36)
    driver.press("right right")
    #expect(driver.screen.contains("max‖w‖"))
  }
}
