import Images

/// Graphs that are known by the names of their nodes, where what enters them is said by none of them.
enum TensorFlowFamily: Equatable {
  /// DeepDream's GoogLeNet: bytes less 117.
  case inception5h
  /// TF-slim's networks whose pixels are −1..1, by the scope of theirs.
  case slim(String)

  private static let scopes = [
    "InceptionV1", "InceptionV2", "InceptionV3", "InceptionV4", "InceptionResnetV2", "MobilenetV1",
    "MobilenetV2", "MobilenetV3",
  ]

  init?(_ graph: TensorFlowGraph) {
    let marks = ["conv2d0_pre_relu/conv", "mixed3a_1x1_pre_relu/conv", "mixed5b"]
    if marks.allSatisfy({ graph.nodes[$0] != nil }) {
      self = .inception5h
      return
    }
    // Names of models come first, and no other layers are called like them.
    let found = Self.scopes.first { scope in
      graph.names.contains { $0.hasPrefix("\(scope)/") }
    }
    guard let found else { return nil }
    self = .slim(found)
  }

  /// How pictures enter it.
  var preparation: ImagePreparation {
    switch self {
    case .inception5h:
      var preparation = ImagePreparation(
        pixels: .bytes, origin: .family("DeepDream's inception5h"))
      preparation.mean = [117]
      preparation.normalizationOrigin = preparation.origin
      return preparation
    case .slim(let scope):
      return ImagePreparation(pixels: .symmetric, origin: .family("TF-slim's \(scope)"))
    }
  }
}
