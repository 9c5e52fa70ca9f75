import Files
import Foundation
import Images
import Network

extension ImagePreparation {
  /// Layers that leave the range of pixels as it is.
  private static let passing: Set<String> = [
    "ZeroPadding2D", "Cropping2D", "CenterCrop", "Resizing", "Flatten", "Reshape", "Permute",
    "Identity", "Slice", "Broadcast", "Dropout", "MaxPooling2D", "AveragePooling2D",
  ]

  /// What the layers say that a network begins with: those that scale and shift pixels (Keras'
  /// `Rescaling`, `Normalization`, arithmetic with constants), or a batch-norm, which has measured
  /// them. `nil` where there are none, or their numbers do not tell.
  package init?(readFrom model: Model) {
    let graph = model.graph
    var map = AffineMap()
    var layers: [String] = []
    /// What the first layers so far come to, each with one layer more.
    var maps: [(map: AffineMap, layers: [String])] = []
    var source: Int?
    walk: while let index = Self.onlyReader(of: source, in: graph) {
      let node = graph.nodes[index]
      switch node.layer {
      case let rescaling as Rescaling:
        guard
          let next = map.followed(
            by: rescaling.scale.map(Double.init), rescaling.offset.map(Double.init))
        else { break walk }
        guard next != map else { break }
        map = next
        layers.append(node.name)
        maps.append((map, layers))
      case let normalization as BatchNormalization:
        if let (scale, offset) = Self.standardization(normalization, model, node.name),
          let next = map.followed(by: scale, offset)
        {
          maps.append((next, layers + [node.name]))
        }
        break walk
      case let layer where Self.passing.contains(layer.kind): break
      default: break walk
      }
      source = index
    }
    // What is written by hand tells most where the fewest layers say it; a standardisation is what
    // all of them come to.
    for (map, layers) in maps {
      guard let pixels = map.handwrittenPixels else { continue }
      self.init(pixels: pixels, map: map, layers: layers)
      return
    }
    for (map, layers) in maps.reversed() {
      guard let pixels = map.expectedPixels else { continue }
      self.init(pixels: pixels, map: map, layers: layers)
      return
    }
    return nil
  }

  private init(pixels: PixelRange, map: AffineMap, layers: [String]) {
    let (lowest, highest) = map.image(of: pixels)
    let makes = layers.count == 1 ? "makes" : "make"
    self.init(
      pixels: pixels,
      origin: .layers(
        layers, effect: "\(makes) \(Self.text(lowest))..\(Self.text(highest)) of it"))
  }

  private static func text(_ value: Double) -> String {
    // No -0.
    NumberText.significant(abs(value) < 1e-9 ? 0 : value, digits: 3)
  }

  /// The one layer that reads a layer's output, or the images (`nil`), and nothing else.
  private static func onlyReader(of source: Int?, in graph: Graph) -> Int? {
    let readers =
      source.map { graph.consumers[$0] }
      ?? graph.inputIndices.indices.filter { graph.inputIndices[$0].contains(nil) }
    guard readers.count == 1, graph.inputIndices[readers[0]].count == 1 else { return nil }
    return readers[0]
  }

  /// `(x − mean) / √(variance + ε)` from what a batch-norm has measured; `nil` where it has not.
  private static func standardization(
    _ layer: BatchNormalization, _ model: Model, _ name: String
  ) -> (scale: [Double], offset: [Double])? {
    func values(_ role: ParameterSpecification.Role) -> [Double]? {
      model.parameters[name]?.first { $0.specification.role == role }?.values.values
        .map(Double.init)
    }
    guard let mean = values(.movingMean), let variance = values(.movingVariance),
      mean.allSatisfy(\.isFinite), variance.allSatisfy({ $0.isFinite && $0 >= 0 }),
      mean.contains(where: { $0 != 0 }) || variance.contains(where: { $0 != 1 })
    else { return nil }
    let scale = variance.map { 1 / ($0 + Double(layer.epsilon)).squareRoot() }
    return (scale, zip(mean, scale).map { -$0 * $1 })
  }
}
