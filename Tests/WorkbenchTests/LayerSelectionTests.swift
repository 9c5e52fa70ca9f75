import EngineInterface
import Testing

@testable import Workbench

/// The selection by itself, without a screen.
struct LayerSelectionTests {
  private static func taken(_ layers: [LayerSummary]) -> LayerSelection {
    var selection = LayerSelection()
    selection.take(layers)
    return selection
  }

  @Test func withoutLayersNothingIsSelected() {
    var selection = LayerSelection()
    selection.select(row: 3)
    selection.toggleRange()
    selection.toggleBlock(showsOpenBlocks: true)
    selection.toggleAllBlocks()
    #expect(selection.index == nil && selection.id == nil && selection.anchor == nil)
    #expect(selection.chosenRows == nil && selection.chosenLayers.isEmpty)
  }

  @Test func whereALayerIsGoneTheNextInItsPlaceIsSelected() {
    let layers = SampleNetworks.digits()
    for gone in layers.indices {
      var selection = Self.taken(layers)
      selection.select(.layer(layers[gone].name))
      var fewer = layers
      fewer.remove(at: gone)
      selection.take(fewer)
      #expect(selection.id == .layer(fewer[min(gone, fewer.count - 1)].name))
    }
  }

  @Test func aRangeReachesBothWaysAndEndsWithItsLayer() {
    let layers = SampleNetworks.digits()
    var selection = Self.taken(layers)
    selection.select(row: 2)
    selection.toggleRange()
    selection.select(row: 4)
    #expect(selection.chosenRows == 2...4)
    selection.select(row: -7)
    #expect(selection.chosenRows == 0...2 && selection.chosenLayers == [0, 1, 2])
    var fewer = layers
    fewer.remove(at: 2)
    selection.take(fewer)
    #expect(selection.anchor == nil && selection.chosenRows == 0...0)
  }

  /// Where an open block has no row of its own, its first layer is selected, and it closes from any.
  @Test(arguments: [true, false]) func blocksOpenAndCloseFromWithin(showsOpenBlocks: Bool) throws {
    let layers = SampleNetworks.resNet50()
    var selection = Self.taken(layers)
    selection.select(.block("conv5"))
    selection.toggleBlock(showsOpenBlocks: true)
    let block = try #require(selection.tree.block(at: "conv5_block1"))
    let closed = selection.rows
    selection.select(.block(block.path))
    selection.toggleBlock(showsOpenBlocks: showsOpenBlocks)
    let first = LayerRow.ID.layer(layers[block.layers.lowerBound].name)
    #expect(selection.id == (showsOpenBlocks ? .block(block.path) : first))
    #expect(selection.blockIsOpen && selection.rows.count == closed.count + block.layers.count)
    selection.select(.layer(layers[block.layers.upperBound - 1].name))
    selection.toggleBlock(showsOpenBlocks: showsOpenBlocks)
    #expect(selection.id == .block(block.path) && selection.rows == closed)
  }

  /// Stages have blocks, of which those that are alike are one row.
  @Test func blocksLieInBlocksAndAlikeOnesFold() throws {
    let layers = SampleNetworks.resNet50()
    var selection = Self.taken(layers)
    func labels() -> [String] { selection.rows.map(\.label) }
    #expect(
      labels() == [
        "conv1", "pool1", "conv2", "conv3", "conv4", "conv5", "avg_pool", "output",
      ])
    selection.select(.block("conv4"))
    selection.toggleBlock(showsOpenBlocks: true)
    #expect(Array(labels()[4...6]) == ["conv4", "block1", "block2-6"])
    let fold = selection.rows[6]
    #expect(fold.title == "conv4_block2-6" && fold.copies == 5 && fold.layers.count == 50)
    selection.select(row: 6)
    selection.toggleBlock(showsOpenBlocks: true)
    #expect(
      Array(labels()[6...11]) == ["block2-6", "block2", "block3", "block4", "block5", "block6"])
    selection.select(.block("conv4_block3"))
    selection.toggleBlock(showsOpenBlocks: true)
    #expect(labels()[9] == "1_conv" && selection.rows[9].depth == 3)
    // From inside out.
    selection.select(row: 10)
    for path in ["conv4_block3", "conv4_block2-6", "conv4"] {
      #expect(selection.outerPath == path)
      selection.closeOuter()
      #expect(selection.id == .block(path))
    }
    #expect(selection.rows.count == 8 && selection.outerPath == nil)
    // Opened again, a block begins closed inside.
    selection.toggleBlock(showsOpenBlocks: true)
    #expect(selection.rows.count == 10)
  }

  @Test func aBlockWithAnotherLayerInItFoldsWithNone() throws {
    var layers = SampleNetworks.resNet50()
    let index = try #require(layers.firstIndex { $0.name == "conv4_block4_2_conv" })
    layers[index].detail = "5×5 256"
    var selection = Self.taken(layers)
    selection.select(.block("conv4"))
    selection.toggleBlock(showsOpenBlocks: true)
    let labels = selection.rows.filter { $0.depth == 1 }.map(\.label)
    #expect(labels == ["block1", "block2-3", "block4", "block5-6"])
    // Read in another way, too.
    layers = SampleNetworks.resNet50()
    let sum = try #require(layers.firstIndex { $0.name == "conv4_block4_add" })
    layers[sum].inputs = ["conv4_block4_2_relu", "conv4_block4_3_bn"]
    selection.take(layers)
    #expect(selection.rows.filter { $0.depth == 1 }.map(\.label) == labels)
  }

  @Test func aHiddenLayerStandsForItsOutermostClosedBlock() {
    var selection = Self.taken(SampleNetworks.resNet50())
    selection.select(.layer("conv3_block2_1_conv"))
    #expect(selection.index == 3)
    selection.reveal(.layer("conv3_block2_1_conv"))
    #expect(selection.rows[selection.index ?? 0].title == "conv3_block2_1_conv")
    #expect(selection.expanded == ["conv3", "conv3_block2-4", "conv3_block2"])
  }

  @Test func theScopeThatAllBlocksStandInIsLeftOutOfTheirLabels() {
    var layers = SampleNetworks.resNet50()
    let labels = Self.taken(layers).rows.map(\.label)
    for index in layers.indices {
      layers[index].name = "resnet/\(layers[index].name)"
      layers[index].inputs = layers[index].inputs.map { "resnet/\($0)" }
    }
    let scoped = Self.taken(layers)
    #expect(scoped.tree.scope == "resnet")
    #expect(scoped.rows.map(\.label) == labels)
    #expect(scoped.rows.allSatisfy { $0.title.hasPrefix("resnet/") })
    // One outside of it, such as a new head, has its whole name: alone, or a block, or one that begins alike.
    for head in [["output"], ["output_flatten", "output"], ["resnetted"]] {
      var changed = layers
      for (index, name) in head.enumerated() {
        changed[layers.count - head.count + index].name = name
      }
      let tree = Self.taken(changed)
      #expect(tree.tree.scope == "resnet", "\(head)")
      #expect(tree.rows.first?.label == labels.first && tree.rows.last?.label == head.last)
    }
  }

  @Test(arguments: [
    (["a.1", "a.2", "a.3"], "a.1-3"), (["b9", "b10"], "b9-10"), (["a", "b"], "a to b"),
    (["x1", "y2"], "x1 to y2"), (["x1", "x3"], "x1 to x3"), (["b4b", "b4c"], "b4b to b4c"),
  ])
  func alikeBlocksAreCalledByTheirRange(names: [String], title: String) {
    #expect(LayerBlockBuilder.title(of: names) == title)
  }

  @Test func onlyAQuickSecondClickOnTheSameLayerIsDouble() {
    var selection = Self.taken(SampleNetworks.digits())
    func clicks(_ times: (row: Int, at: Double)...) -> [Bool] {
      times.map {
        selection.select(row: $0.row)
        return selection.noteClick(at: $0.at)
      }
    }
    #expect(clicks((1, 10), (1, 10.3)) == [false, true])
    // The third begins anew.
    #expect(clicks((1, 10.4), (2, 10.5), (2, 11.5), (2, 11.4)) == [false, false, false, false])
  }
}
