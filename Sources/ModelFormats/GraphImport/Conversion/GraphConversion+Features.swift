import Kernels
import Network

/// What nodes make.
extension GraphConversion {
  /// A feature in memory with one axis last.
  struct Arranged {
    let node: Int
    /// The file's axes after the batch, in the order of memory.
    let axes: [Int]
  }

  /// The layer that gives `feature` with the file's axis `axis`, counted without the batch, last.
  func arranged(_ feature: Feature, last axis: Int, name: DraftName) throws -> Arranged {
    var axes = feature.axesNearMemory
    if axes.last != axis { axes = axes.filter { $0 != axis } + [axis] }
    return Arranged(
      node: try draft.rearranged(feature, as: axes.map { [$0] }, name: name), axes: axes)
  }

  /// The layer that gives an image as `[H, W, C]`.
  func image(_ feature: Feature, _ layout: ImageLayout, _ node: any FileNode) throws -> Int {
    guard feature.axes.count == 3 else {
      throw node.unexpected(
        "\(feature.axes.count + 1)", expected: "4 axes, \(layout.words),")
    }
    return try draft.rearranged(feature, as: layout.axes.map { [$0] }, name: name(node))
  }

  /// What an image's layer gives, as the file sees it.
  func imageFeature(_ node: Int, _ layout: ImageLayout) -> Feature {
    Feature(node: node, dimensions: draft.shape(of: node).dimensions, order: layout.order)
  }

  /// What a layer gives that leaves the axes where they are.
  func feature(_ node: Int, like arranged: Arranged) -> Feature {
    Feature(
      node: node, dimensions: draft.shape(of: node).dimensions,
      order: arranged.axes.indices.map { arranged.axes.firstIndex(of: $0)! })
  }

  func name(_ node: any FileNode) -> DraftName { node.layerName }

  /// Where the values of a parameter stand.
  func place(
    _ tensor: ConstantTensor, shape: [Int]? = nil, layout: WeightLayout = .native
  ) throws -> WeightPlace {
    WeightPlace(name: try archive.place(tensor, shape: shape), layout: layout)
  }
}
