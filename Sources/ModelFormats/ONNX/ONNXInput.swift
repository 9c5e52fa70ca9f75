import Network

/// The one input of a graph that is no weight: an image, channels first or last, or a row of features.
struct ONNXInput {
  let name: String
  let shape: Shape
  let feature: Feature
  /// The batch, where the file has a number for it.
  let fixedBatch: Int?
  private(set) var notes: [String] = []

  init(
    _ graph: ONNXGraphProto, initializers: Set<String>, nodes: [ONNXNode], imageSize: ImageSize?
  ) throws {
    // Files of version 3 list weights as inputs, too.
    let read = Set(nodes.flatMap(\.inputs))
    let inputs = graph.input.filter { !initializers.contains($0.name) && read.contains($0.name) }
    guard inputs.count == 1 else {
      throw UnexpectedContent(
        expected: "one input beside the weights",
        found: inputs.isEmpty
          ? "none" : inputs.map { "'\($0.name)'" }.joined(separator: " and "))
    }
    let input = inputs[0]
    name = input.name
    let dimensions = input.type.tensorType.shape.dim.map { dimension -> Int? in
      guard case .dimValue(let value)? = dimension.value, value > 0 else { return nil }
      return Int(value)
    }
    let text = "'\(name)' " + dimensions.map { $0.map(String.init) ?? "any" }.joined(separator: "×")
    guard dimensions.count == 2 || dimensions.count == 4 else {
      throw UnexpectedContent(
        expected: "an input of images (batch, channels, height, width) or of features", found: text)
    }
    fixedBatch = dimensions[0]
    let isImage = dimensions.count == 4
    let layout: ImageLayout =
      isImage && Self.isChannelsLast(dimensions, name: name, nodes: nodes)
      ? .channelsLast : .channelsFirst
    let entered = try FileInput(dimensions, layout, size: imageSize, calledAs: text)
    (shape, feature) = (entered.shape, entered.feature)
    if isImage, layout.axes[..<2].contains(where: { dimensions[1 + $0] == nil }) {
      notes.append("the input is \(text), and taken as \(shape)")
    }
  }

  /// Whether images come as TensorFlow has them. What first reads them tells: a transposition, or a
  /// convolution, which has channels first; else the dimensions do.
  private static func isChannelsLast(
    _ dimensions: [Int?], name: String, nodes: [ONNXNode]
  ) -> Bool {
    let readers = nodes.filter { $0.inputs.contains(name) }
    if readers.contains(where: {
      $0.operation == "Transpose" && $0.integers("perm") == [0, 3, 1, 2]
    }) {
      return true
    }
    if readers.contains(where: { $0.operation == "Conv" }) { return false }
    // As many channels as images have most often.
    func likelihood(_ dimension: Int?) -> Int { dimension.flatMap { [3: 3, 1: 2, 4: 1][$0] } ?? 0 }
    return likelihood(dimensions[3]) > likelihood(dimensions[1])
  }
}
