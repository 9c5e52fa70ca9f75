import Network

/// What TF-slim's layers call their variables, and how these lie in a checkpoint. A scope around all of the
/// network, such as `InceptionV3/`, is not part of the names here.
enum SlimVariables {
  /// Of each parameter of `graph`, in order.
  static func places(of graph: Graph) -> [ParameterPlace] {
    graph.nodes.indices.flatMap { index in
      // The halves of a separable convolution are one layer, with two kernels.
      let layer = graph.layerName(of: index)
      return graph.specifications[index].map { specification in
        ParameterPlace(
          layer: graph.nodes[index].name, specification: specification,
          stored: WeightPlace(
            name: "\(layer)/\(name(of: specification, at: index, in: graph))",
            layout: layout(of: specification, at: index, in: graph)))
      }
    }
  }

  private static func name(
    of specification: ParameterSpecification, at index: Int, in graph: Graph
  ) -> String {
    switch specification.role {
    case .kernel where graph.nodes[index].layer is DepthwiseConv2D: "depthwise_weights"
    case .kernel: isPointwise(index, in: graph) ? "pointwise_weights" : "weights"
    case .bias: "biases"
    case .gamma: "gamma"
    case .beta: "beta"
    case .movingMean: "moving_mean"
    case .movingVariance: "moving_variance"
    case .alpha: "alpha"
    }
  }

  /// Whether a node is the second half of a separable convolution.
  private static func isPointwise(_ index: Int, in graph: Graph) -> Bool {
    guard let before = graph.inputIndices[index].first ?? nil else { return false }
    return graph.layerName(of: before) == graph.nodes[index].name
  }

  /// A classifier is a convolution of one position there; where it is a layer that is fully connected, the
  /// features have been flattened for it.
  private static func layout(
    of specification: ParameterSpecification, at index: Int, in graph: Graph
  ) -> WeightLayout {
    guard specification.role == .kernel, graph.nodes[index].layer is Dense,
      specification.shape.count == 2
    else { return .native }
    if let before = graph.inputIndices[index].first ?? nil, graph.nodes[before].layer is Flatten {
      return .native
    }
    let shape = specification.shape
    return .arranged(
      WeightLayout.Arrangement(storedShape: [1, 1] + shape, grid: shape, order: [0, 1]))
  }

  /// What stands behind the name of a variable whose mean over time it is.
  static let average = "/ExponentialMovingAverage"

  /// The scope of classifiers half-way, which help in training alone.
  private static let auxiliary = "AuxLogits"

  /// Whether a variable is of a classifier half-way.
  static func isAuxiliary(_ name: String) -> Bool {
    name.split(separator: "/").contains { $0 == auxiliary }
  }

  /// Parts of names of what training keeps beside the weights.
  private static let marks = [
    "/adam", "/momentum", "/rmsprop", "/adagrad", "/adadelta", "/ftrl", "global_step",
    "beta1_power", "beta2_power", "exponentialmovingaverage", "save_counter", "optimizer",
    "iteration", "learning_rate", "_checkpointable_object_graph", "current_loss_scale",
    "seed_generator", "keras_api", "/biased", "/local_step", ".attributes/object_config_json",
  ]

  /// Whether a variable is an optimiser's, a count or a mean over time, and none of the network's.
  static func isOfTraining(_ name: String) -> Bool {
    let lowercased = name.lowercased()
    return marks.contains(where: lowercased.contains)
  }
}
