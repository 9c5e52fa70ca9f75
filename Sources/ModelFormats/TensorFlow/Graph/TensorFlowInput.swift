import Images
import Network

/// What enters a network: a placeholder, or a picture that the graph decodes and fits itself. That part is
/// cut off, and becomes the preparation.
struct TensorFlowInput {
  /// The value that it stands for.
  let name: String
  let shape: Shape
  let feature: Feature
  let fixedBatch: Int?
  /// Nodes that only fit a picture.
  let front: Set<String>
  /// How the graph fits it, where it does.
  let fitting: Fitting?

  struct Fitting {
    let size: ImageSize?
    let interpolation: Images.Interpolation
  }

  private(set) var notes: [String] = []

  private static let decoders = [
    "DecodeJpeg", "DecodePng", "DecodeImage", "DecodeBmp", "DecodeGif",
  ]
  private static let queues = [
    "IteratorGetNext", "QueueDequeue", "QueueDequeueV2", "QueueDequeueMany", "QueueDequeueManyV2",
    "QueueDequeueUpTo", "QueueDequeueUpToV2",
  ]
  private static let resizes: [String: Images.Interpolation] = [
    "ResizeBilinear": .bilinear, "ResizeBicubic": .bicubic, "ResizeNearestNeighbor": .nearest,
    "ResizeArea": .bilinear,
  ]
  private static let steps: Set<String> = ["Cast", "ExpandDims", "Squeeze", "Identity"]
  private static let lines: Set<String> = ["Sub", "Mul", "Add", "AddV2", "RealDiv", "Div"]

  /// Whether a placeholder may be what a picture or a row of features enters by.
  static func isCandidate(_ node: TensorFlowNode) -> Bool {
    if decoders.contains(node.operation) || queues.contains(node.operation) { return true }
    guard ["Placeholder", "PlaceholderV2"].contains(node.operation),
      case let type = node.type("dtype") ?? .dtFloat,
      MessageElementType(tensorFlow: type) != nil, type != .dtBool
    else { return false }
    let name = node.plainName.lowercased()
    if ["keep", "dropout", "rate", "label", "learning"].contains(where: name.contains) {
      return node.shape?.count == 4
    }
    guard let shape = node.shape else { return true }
    // Older graphs have a scalar where they know nothing.
    return shape.count != 1
  }

  init(_ path: TensorFlowPath, graph: TensorFlowGraph, options: OpeningOptions) throws {
    let source = try Self.source(path.nodes)
    var consumers: [String: [TensorFlowNode]] = [:]
    for node in path.nodes {
      for input in node.inputs {
        consumers[TensorFlowNode.parts(of: input).node, default: []].append(node)
      }
    }
    name = source.output(0)
    let isDecoder = Self.decoders.contains(source.operation)
    let given = isDecoder ? nil : source.shape
    let isGivenImage = given?.count == 4
    let isOpen =
      isDecoder || given?.count == 3 || given == nil || given?.count == 0
      || isGivenImage && (given![1] == nil || given![2] == nil)
    (front, fitting) = isOpen ? Self.front(from: source, consumers, graph) : ([], nil)
    var dimensions: [Int?]
    switch given?.count {
    case 4: dimensions = given!
    case 3: dimensions = [1] + given!
    case 2 where front.isEmpty: dimensions = given!
    default:
      dimensions = [isDecoder ? 1 : nil, nil, nil, isDecoder ? Self.channels(source) : nil]
    }
    if let size = fitting?.size { (dimensions[1], dimensions[2]) = (size.height, size.width) }
    fixedBatch = dimensions[0]
    let text =
      "'\(source.plainName)' "
      + dimensions.map { $0.map(String.init) ?? "any" }.joined(separator: "×")
    let kernel = Self.firstKernel(path.nodes)
    let isImage = dimensions.count == 4
    let layout: ImageLayout =
      isImage && kernel?.layout == .channelsFirst && dimensions[3] != kernel?.channels
      ? .channelsFirst : .channelsLast
    let entered = try FileInput(
      dimensions, layout, channels: kernel?.channels,
      size: options.openSize ?? Self.usualSize(graph), calledAs: text)
    (shape, feature) = (entered.shape, entered.feature)
    if isImage, layout.axes[..<2].contains(where: { dimensions[1 + $0] == nil }) {
      notes.append("the input is \(text), and taken as \(shape)")
    }
  }

  private static func source(_ nodes: [TensorFlowNode]) throws -> TensorFlowNode {
    let candidates = nodes.filter(isCandidate)
    // Scalars of older graphs, which may be anything, only where there is nothing better.
    let images = candidates.filter { node in
      decoders.contains(node.operation) || (node.shape?.count ?? 4) >= 2
    }
    let best = images.isEmpty ? candidates : images
    guard best.count == 1 else {
      throw UnexpectedContent(
        expected: "one input of images",
        found: best.isEmpty
          ? "none" : best.map { "'\($0.plainName)'" }.joined(separator: " and "))
    }
    return best[0]
  }

  /// Networks that leave the size open and end in a window that takes one: DeepDream's.
  private static func usualSize(_ graph: TensorFlowGraph) -> ImageSize? {
    TensorFlowFamily(graph) == .inception5h ? ImageSize(height: 224, width: 224) : nil
  }

  private static func channels(_ decoder: TensorFlowNode) -> Int {
    let channels = decoder.integer("channels", default: 3)
    return (1...4).contains(channels) ? channels : 3
  }

  /// What the first convolution on the way expects.
  private static func firstKernel(
    _ nodes: [TensorFlowNode]
  ) -> (channels: Int?, layout: ImageLayout)? {
    let windows: Set<String> = ["Conv2D", "DepthwiseConv2dNative"]
    guard let first = nodes.first(where: { windows.contains($0.operation) }) else { return nil }
    let layout = (try? first.layout()) ?? .channelsLast
    guard first.inputs.count > 1 else { return (nil, layout) }
    let name = TensorFlowNode.parts(of: first.inputs[1]).node
    guard let kernel = nodes.first(where: { $0.name == name }) else { return (nil, layout) }
    let shape =
      kernel.stored?.shape
      ?? kernel.tensor.flatMap { try? MessageTensor.shape($0.tensorShape, of: name) }
      ?? kernel.shape?.map { $0 ?? 0 }
    guard let shape, shape.count == 4, shape[2] > 0 else { return (nil, layout) }
    return (shape[2], layout)
  }

  /// Follows what the picture passes until a network begins.
  private static func front(
    from source: TensorFlowNode, _ consumers: [String: [TensorFlowNode]], _ graph: TensorFlowGraph
  ) -> (Set<String>, Fitting?) {
    var fitting: Fitting?
    var chain: [TensorFlowNode] = []
    var end = 0
    var place = source
    while let next = consumers[place.name], next.count == 1, let node = next.first,
      resizes[node.operation] != nil || steps.contains(node.operation)
        || lines.contains(node.operation)
    {
      if lines.contains(node.operation),
        !node.inputs.contains(where: { graph.number($0) != nil })
      {
        break
      }
      chain.append(node)
      if let interpolation = resizes[node.operation] {
        let size = node.inputs.count > 1 ? graph.integers(node.inputs[1]) : nil
        fitting = Fitting(
          size: size.flatMap { size in
            size.count == 2 ? ImageSize(height: size[0], width: size[1]) : nil
          }, interpolation: interpolation)
      }
      if !lines.contains(node.operation) { end = chain.count }
      place = node
    }
    guard fitting != nil || decoders.contains(source.operation) || source.shape?.count == 3
    else { return ([], nil) }
    return (Set(chain[..<end].filter { !lines.contains($0.operation) }.map(\.name)), fitting)
  }
}
