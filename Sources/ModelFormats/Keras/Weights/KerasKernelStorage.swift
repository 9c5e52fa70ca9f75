import Network

/// How kernels stand in a file of weights: with height and width first, as Keras has them since its
/// version 2, or with outputs first, as Keras 1 had them for Theano; turned by 180° or not.
struct KerasKernelStorage: Equatable {
  /// `[out, in, height, width]`.
  let areOutputsFirst: Bool
  /// Theano's convolution turns its kernels.
  let areTurned: Bool

  /// - Parameters:
  ///   - shapes: of the file's tensors.
  ///   - file: its name, in which Keras Applications says what no shape can.
  ///   - isConvolving: whether the file says that Theano wrote it.
  /// - Throws: where outputs stand first and nothing tells whether kernels are turned.
  init(_ shapes: [[Int]], file: String, isConvolving: Bool) throws(UnexpectedContent) {
    let kernels = shapes.filter { $0.count == 4 }
    // A kernel is small, and has more outputs than rows: not the first layer's, but most.
    let first = kernels.count { $0[2] == $0[3] && $0[0] > $0[2] && $0[1] > $0[3] }
    let last = kernels.count { $0[0] == $0[1] && $0[2] > $0[0] && $0[3] > $0[1] }
    areOutputsFirst = file.contains("th_dim_ordering") || first > last
    if file.contains("th_kernels") {
      areTurned = true
    } else if file.contains("tf_kernels") || !areOutputsFirst || isConvolving {
      areTurned = isConvolving
    } else {
      throw UnexpectedContent(
        expected: "'th_kernels' or 'tf_kernels' in the file's name: no shape tells whether the "
          + "kernels of weights with outputs first are Theano's, which are turned by 180°",
        found: "'\(file)'")
    }
  }

  func layout(
    of specification: ParameterSpecification, at node: Int, in graph: Graph
  ) -> WeightLayout {
    guard specification.role == .kernel else { return .native }
    switch graph.nodes[node].layer {
    case is Conv2D:
      if areOutputsFirst { return areTurned ? .outputsFirstTurned : .outputsFirst }
      return areTurned ? .turned : .native
    case is DepthwiseConv2D: return areOutputsFirst ? .multiplierFirst : .native
    case is Dense where areOutputsFirst:
      guard let source = graph.inputIndices[node][0], graph.nodes[source].layer is Flatten else {
        return .native
      }
      let image = graph.inputShapes(of: source)[0]
      return image.rank == 3 && image.positions > 1 ? .flattenedChannelsFirst(image) : .native
    default: return .native
    }
  }

  /// Outputs of a kernel of this shape.
  func outputs(of shape: [Int]) -> Int {
    shape.count == 4 && areOutputsFirst ? shape[0] : shape.last ?? 0
  }
}
