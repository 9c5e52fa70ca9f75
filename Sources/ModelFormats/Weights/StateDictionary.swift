import Network

/// What PyTorch calls the parameters of layers in a `state_dict`, and how they lie in it.
package enum StateDictionary {
  /// Of each parameter of `graph`, in order.
  package static func places(of graph: Graph) -> [ParameterPlace] {
    graph.nodes.indices.flatMap { index in
      let specifications = graph.specifications[index]
      return specifications.map { specification in
        // A layer with several kernels is none of PyTorch's, and keeps its own names.
        let isOne = specifications.count { name(of: $0) == name(of: specification) } == 1
        return ParameterPlace(
          layer: graph.nodes[index].name, specification: specification,
          stored: WeightPlace(
            name: "\(graph.nodes[index].name)."
              + (isOne ? name(of: specification) : specification.name),
            layout: isOne ? layout(of: specification, at: index, in: graph) : .native))
      }
    }
  }

  /// How many batches a normalisation has seen, which its momentum does not ask for.
  package static func isCounter(_ name: String) -> Bool { name.hasSuffix(".num_batches_tracked") }

  private static func name(of specification: ParameterSpecification) -> String {
    switch specification.role {
    case .kernel, .gamma, .alpha: "weight"
    case .bias, .beta: "bias"
    case .movingMean: "running_mean"
    case .movingVariance: "running_var"
    }
  }

  private static func layout(
    of specification: ParameterSpecification, at index: Int, in graph: Graph
  ) -> WeightLayout {
    guard specification.role == .kernel else { return .native }
    switch graph.nodes[index].layer {
    case is DepthwiseConv2D: return .depthwiseFirst
    case is Dense:
      return flattenedImage(before: index, in: graph).map { .outputsFirstFlattened($0) }
        ?? .outputsFirst
    default: return .outputsFirst
    }
  }

  /// The image that a dense layer's features were, where nothing but dropout stands between.
  private static func flattenedImage(before index: Int, in graph: Graph) -> Shape? {
    var place = graph.inputIndices[index][0]
    while let current = place {
      switch graph.nodes[current].layer {
      case is Dropout: place = graph.inputIndices[current][0]
      case is Flatten:
        let image = graph.inputShapes(of: current)[0]
        return image.rank == 3 && image.positions > 1 ? image : nil
      default: return nil
      }
    }
    return nil
  }
}
