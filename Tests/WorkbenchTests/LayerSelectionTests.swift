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
    let block = try #require(selection.tree.blocks.last)
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
