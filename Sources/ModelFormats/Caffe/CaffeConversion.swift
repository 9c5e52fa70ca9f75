import Kernels
import Network

/// One layer of Caffe's after the other, to layers here.
final class CaffeConversion: GraphConversion {
  /// Rates of learning that a net has for its layers, by the layers' names.
  private(set) var multipliers: [String: Float] = [:]
  /// Layers that have no weights in the file, and got theirs from their fillers.
  private(set) var filled: [String] = []
  private let weights: any TensorArchive
  private let path: CaffePath
  /// Scales that a batch normalisation has taken with it.
  private var merged: Set<String> = []
  private let pool: WorkerPool

  init(
    path: CaffePath, input: CaffeInput, weights: any TensorArchive, report: ImportReport,
    pool: WorkerPool
  ) {
    self.path = path
    self.weights = weights
    self.pool = pool
    super.init(
      archive: FoldedArchive(weights), draft: GraphDraft(input: input.shape), fixedBatch: nil,
      report: report, input: (path.input, input.feature), readers: path.readers)
  }

  func convert(_ node: CaffeNode) throws {
    guard let layer = CaffeLayerTable.rows[node.type] else {
      throw UnexpectedContent(
        expected: "layers that Thaw has", found: "'\(node.type)', layer \(node.label)")
    }
    let values = try layer(self)(node)
    for (name, value) in zip(node.outputs, values) { assign(value, to: name) }
  }

  /// What the loss does to the answer, which a net has when it is used.
  func answer() throws -> Int {
    var feature = try output(named: path.output)
    if let loss = path.loss {
      let node = CaffeNode(layer: loss, inputs: [path.output], outputs: [])
      if loss.type.hasPrefix("Softmax") {
        feature = try self.feature(of: try softmax(node)[0])
      } else if loss.type.hasPrefix("Sigmoid") {
        feature = try elementwise(ActivationLayer(.sigmoid), on: feature, name: name(node))
      }
    }
    return try answer(feature, .channelsFirst)
  }

  /// The Scale that alone reads what a batch normalisation gives.
  func scale(after node: CaffeNode) throws -> CaffeNode? {
    guard let output = node.outputs.first, let reader = path.onlyReader(of: output),
      reader.type == "Scale", reader.inputs.count == 1,
      try isByChannel(reader.parameters("scale_param"))
    else { return nil }
    merged.insert(reader.outputs.first ?? "")
    return reader
  }

  func isMerged(_ node: CaffeNode) -> Bool { merged.contains(node.outputs.first ?? "") }

  /// Whether learned factors are one for each channel.
  func isByChannel(_ parameters: CaffeMessage) throws -> Bool {
    let (axis, count) = (
      try parameters.integer("axis") ?? 1, try parameters.integer("num_axes") ?? 1
    )
    return axis == 1 && count == 1
  }
}

/// Weights.
extension CaffeConversion {
  func hasWeights(_ node: CaffeNode) -> Bool {
    weights.tensor(named: CaffeNet.key(node.name, 0)) != nil
  }

  /// A layer's weights of one kind, under the shape that it has for them: old files write more or fewer
  /// axes of length 1.
  /// - Parameter filler: what says how they begin where the file has none.
  func blob(
    _ node: CaffeNode, _ number: Int, shape: [Int], filler: CaffeFiller?
  ) throws -> ConstantTensor {
    let key = CaffeNet.key(node.name, number)
    guard let tensor = weights.tensor(named: key) else {
      guard !hasWeights(node), let filler else {
        throw UnexpectedContent(
          expected: "weights \(number + 1) of layer \(node.label), of shape \(Shape(shape))",
          found: hasWeights(node) ? "none" : "none, nor a weight_filler")
      }
      if number == 0 { filled.append(node.name) }
      return try filler.tensor(shape: shape, named: key, pool: pool)
    }
    guard tensor.shape.filter({ $0 != 1 }) == shape.filter({ $0 != 1 }) else {
      throw UnexpectedContent(
        expected: "weights of layer \(node.label) of shape \(Shape(shape))",
        found: "\(Shape(tensor.shape))")
    }
    used.insert(key)
    return ConstantTensor(shape: shape, .stored(key), name: key)
  }

  /// All values of a layer's weights.
  func numbers(_ node: CaffeNode, _ number: Int, count: Int) throws -> [Float] {
    try blob(node, number, shape: [count], filler: nil).numbers(in: archive)
  }

  /// Keeps what the net says of how fast a layer learns.
  /// - Parameters:
  ///   - place: the layer here.
  ///   - count: of its weights.
  func keepMultiplier(of node: CaffeNode, count: Int) {
    let given =
      node.layer.multipliers
      + [Float](
        repeating: 1, count: max(0, count - node.layer.multipliers.count))
    let own = Array(given.prefix(count))
    guard let first = own.first, own.contains(where: { $0 != 1 }) else { return }
    // A bias learns with its weights here, which in Caffe's nets have half its rate.
    let isFrozen = own.allSatisfy { $0 == 0 }
    let factor = isFrozen ? 0 : first == 0 ? own.max()! : first
    if factor != 1 { multipliers[node.name] = max(0, factor) }
  }
}

extension CaffeConversion {
  /// A scale learns as the normalisation that it became a part of.
  func moveMultiplier(from scale: CaffeNode, to node: CaffeNode) {
    multipliers[node.name] = multipliers.removeValue(forKey: scale.name)
  }
}

/// Images, whose channels come first in Caffe.
extension CaffeConversion {
  func image(_ node: CaffeNode) throws -> Int { try image(try feature(node), .channelsFirst, node) }

  func imageFeature(_ node: Int) -> FileValue { .feature(imageFeature(node, .channelsFirst)) }
}
