import Kernels
import Network

/// Layers that most formats have alike.
extension GraphConversion {
  func dense(
    _ node: any FileNode, _ base: Feature, _ weights: ConstantTensor, isOutputsFirst: Bool,
    bias: ConstantTensor?
  ) throws -> Feature {
    guard weights.shape.count == 2, let axis = base.axes.indices.last,
      base.shape[axis] == weights.shape[isOutputsFirst ? 1 : 0], weights.count > 0
    else {
      throw node.unexpected(
        "\(Shape(weights.shape)) for \(Shape(base.shape))", expected: "a matrix that fits its input"
      )
    }
    let (inputs, units) = (base.shape[axis], weights.shape[isOutputsFirst ? 0 : 1])
    var places: [String: WeightPlace] = [:]
    let source: Int
    let arranged: Arranged
    if base.axes.count == 1 {
      // A flattened image stays as it lies in memory: the weights' rows take its order.
      let memory = base.memoryOrder
      let file = base.order(of: 0)
      source = try flat(base, node)
      arranged = Arranged(node: source, axes: [0])
      let sizes = file.map { base.size(of: $0) }
      let rows = memory.map { file.firstIndex(of: $0)! }
      let grid = isOutputsFirst ? [units] + sizes : sizes + [units]
      let order = isOutputsFirst ? rows.map { $0 + 1 } + [0] : rows + [sizes.count]
      places["kernel"] = try self.place(
        weights,
        layout: .arranged(
          WeightLayout.Arrangement(storedShape: weights.shape, grid: grid, order: order)))
    } else {
      arranged = try self.arranged(base, last: axis, name: name(node))
      source = arranged.node
      places["kernel"] = try self.place(weights, layout: isOutputsFirst ? .outputsFirst : .native)
    }
    precondition(draft.shape(of: source).channels == inputs, "features of node \(node.label)")
    places["bias"] = try bias.map { try self.place(vector($0, units, node), shape: [units]) }
    let layer = try draft.add(
      Dense(units: units, hasBias: bias != nil), reading: [source], weights: places,
      name: name(node).owned(by: owner(ofWeight: weights.name)))
    return feature(layer, like: arranged)
  }

  /// All values of an image in one axis, in the order in which they lie.
  func flat(_ base: Feature, _ node: any FileNode) throws -> Int {
    guard draft.shape(of: base.node).rank != 1 else { return base.node }
    return try draft.add(
      Flatten(), reading: [base.node], name: name(node).inserted("flatten"))
  }

  /// A constant of one value for each channel.
  func vector(_ constant: ConstantTensor, _ count: Int, _ node: any FileNode) throws
    -> ConstantTensor
  {
    if constant.count == count { return constant }
    guard constant.count == 1 else {
      throw node.unexpected("\(Shape(constant.shape))", expected: "\(count) values")
    }
    let value = try constant.numbers(in: archive)[0]
    return ConstantTensor(shape: [count], .repeated(value))
  }

  /// Over the positions of an image.
  /// - Parameters:
  ///   - axes: counted with the batch.
  ///   - keeps: whether they stay, with one value.
  ///   - layer: that reduces height and width.
  func reduction(
    _ base: Feature, axes: [Int], keeps: Bool, _ node: any FileNode,
    layer: (_ keepsDimensions: Bool) -> any Layer
  ) throws -> Feature {
    let rank = base.axes.count + 1
    let reduced = Set(try axes.map { try node.axis($0, rank: rank) - 1 })
    let kept = base.axes.indices.filter { !reduced.contains($0) && base.shape[$0] > 1 }
    guard !reduced.contains(-1), !reduced.isEmpty, kept.count <= 1,
      base.axes.indices.contains(where: { !reduced.contains($0) })
    else {
      throw node.unexpected("axes \(axes)", expected: "a reduction over height and width")
    }
    let channel = kept.first ?? base.axes.indices.first { !reduced.contains($0) }!
    let space = reduced.sorted { order(of: base, $0) < order(of: base, $1) }
    let others = base.axes.indices.filter { $0 != channel && !reduced.contains($0) }
    let groups =
      space.count == 2 && others.isEmpty
      ? [[space[0]], [space[1]], [channel]] : [space, others, [channel]]
    let source = try draft.rearranged(base, as: groups, name: name(node))
    let keepsAll = keeps || !others.isEmpty || space.count != 2
    let place = try draft.add(layer(keepsAll), reading: [source], name: name(node))
    var result = Feature(
      node: place, dimensions: draft.shape(of: place).dimensions, order: [keepsAll ? 2 : 0])
    // The axes that are left, or stay with one value, around the channels.
    for axis in base.axes.indices where axis != channel && (keeps || !reduced.contains(axis)) {
      let before = base.axes.indices.filter { $0 < axis && (keeps || !reduced.contains($0)) }.count
      result = result.unsqueezing(min(before, result.axes.count))
    }
    return result
  }

  /// Where an axis begins in memory.
  func order(of feature: Feature, _ axis: Int) -> Int {
    feature.axes[axis].compactMap { id in feature.atoms.firstIndex { $0.id == id } }.min() ?? 0
  }
}
