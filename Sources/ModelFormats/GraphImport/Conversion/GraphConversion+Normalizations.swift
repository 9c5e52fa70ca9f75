import Kernels
import Network

/// Normalisations, softmax, and rectifiers that learn, which formats name and order otherwise.
extension GraphConversion {
  /// - Parameters:
  ///   - axis: of the channels, counted without the batch.
  ///   - layer: with what the file says of it but `gamma`.
  ///   - gamma: `nil`: there are no factors.
  func batchNormalization(
    _ layer: BatchNormalization, of base: Feature, channels axis: Int, gamma: ConstantTensor?,
    beta: ConstantTensor, mean: ConstantTensor, variance: ConstantTensor, _ node: any FileNode
  ) throws -> Feature {
    let arranged = try arranged(base, last: axis, name: name(node))
    let channels = draft.shape(of: arranged.node).channels
    let all = [gamma, beta, mean, variance].compactMap(\.self)
    guard all.allSatisfy({ $0.shape == [channels] }), layer.epsilon >= 0 else {
      throw node.unexpected(
        all.map { "\(Shape($0.shape))" }.joined(separator: ", "),
        expected: "\(all.count) constants of \(channels) values")
    }
    var weights = [
      "beta": try self.place(beta), "moving_mean": try self.place(mean),
      "moving_variance": try self.place(variance),
    ]
    weights["gamma"] = try gamma.map { try self.place($0) }
    var layer = layer
    layer.hasGamma = gamma != nil
    let owner = [gamma, beta].lazy.compactMap { self.owner(ofWeight: $0?.name) }.first
    let place = try draft.add(
      layer, reading: [arranged.node], weights: weights, name: name(node).owned(by: owner))
    return feature(place, like: arranged)
  }

  /// - Parameter axis: counted without the batch.
  func softmax(_ base: Feature, over axis: Int, _ node: any FileNode) throws -> Feature {
    let arranged = try arranged(base, last: axis, name: name(node))
    let place = try draft.add(Softmax(), reading: [arranged.node], name: name(node))
    return feature(place, like: arranged)
  }

  /// Logits less a number that is the same for all of an image: what a softmax makes of both is the
  /// same.
  func logSoftmax(_ node: any FileNode) throws -> [FileValue] {
    report.warnings.append(
      "node \(node.label) is left out: the network's answers are logits, of which it would take "
        + "the same number from all")
    return [.feature(try feature(node))]
  }

  /// A rectifier with one slope for all values, or one for each channel, the first axis after the batch.
  /// - Parameter slopes: of so many channels; one, where it is for all of them.
  func parametricRectifier(
    _ base: Feature, isOne: Bool, _ node: any FileNode,
    slopes: (_ channels: Int) throws -> ConstantTensor
  ) throws -> Feature {
    let arranged = try arranged(base, last: 0, name: name(node))
    let shape = draft.shape(of: arranged.node)
    let slopes = try slopes(shape.channels)
    let ones = [Int](repeating: 1, count: shape.rank - 1)
    let place = try draft.add(
      PReLU(sharing: isOne ? .all : .positions), reading: [arranged.node],
      weights: ["alpha": try self.place(slopes, shape: isOne ? [1] : ones + [shape.channels])],
      name: name(node).owned(by: owner(ofWeight: slopes.name)))
    return feature(place, like: arranged)
  }
}
