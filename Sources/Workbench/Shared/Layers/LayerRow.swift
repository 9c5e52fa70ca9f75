import Files
import TerminalUI

/// A line of the layer list: a layer, or a block that is closed or stands above its layers.
struct LayerRow: Sendable, Equatable {
  enum ID: Hashable, Sendable {
    case layer(String)
    /// A block's whole path.
    case block(String)
  }

  var id: ID
  /// What it is called inside the block it lies in.
  var label: String
  /// The whole name, for sentences.
  var title: String
  var depth: Int
  /// Indices into the snapshot's layers, rising.
  var layers: [Int]
  /// How many blocks that are alike it stands for; 1 for all else.
  var copies = 1
  var isExpanded = false
  /// The block that opens or closes from here: itself, or the innermost that the layer lies in.
  var block: String?

  var isBlock: Bool {
    if case .block = id { return true }
    return false
  }

  /// Of a block: how many layers it has, or how many each of the blocks that it stands for.
  func sizeText(_ glyphs: GlyphSet) -> String {
    let size = NumberText.quantity(layers.count / copies, "layer")
    return copies > 1 ? "\(copies) \(glyphs.times) \(size)" : size
  }
}
