import Images

/// Graphs that are known by the names of their nodes, where something about them is in none of them.
enum TensorFlowFamily {
  /// DeepDream's GoogLeNet: bytes less 117.
  case inception5h

  init?(_ graph: TensorFlowGraph) {
    let marks = ["conv2d0_pre_relu/conv", "mixed3a_1x1_pre_relu/conv", "mixed5b"]
    guard marks.allSatisfy({ graph.nodes[$0] != nil }) else { return nil }
    self = .inception5h
  }

  /// How pictures enter it.
  var preparation: ImagePreparation {
    var preparation = ImagePreparation(
      pixels: .bytes, origin: .family("DeepDream's inception5h"))
    preparation.mean = [117]
    preparation.normalizationOrigin = preparation.origin
    return preparation
  }
}
