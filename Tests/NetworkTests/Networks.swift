import Kernels

@testable import Network

/// Small networks that tests edit and run.
enum Networks {
  /// Convolution, normalisation, dropout, and a classifier of 5 with softmax.
  static func classifier() throws -> Graph {
    try Graph(
      name: "classifier", inputShape: Shape([6, 6, 2]),
      nodes: [
        .init(name: "conv1", layer: Conv2D(filters: 4, window: Window(3)), inputs: [""]),
        .init(name: "bn1", layer: BatchNormalization(), inputs: ["conv1"]),
        .init(name: "relu1", layer: ActivationLayer(.relu), inputs: ["bn1"]),
        .init(name: "pool1", layer: MaxPooling2D(window: Window(2, stride: 2)), inputs: ["relu1"]),
        .init(name: "flatten", layer: Flatten(), inputs: ["pool1"]),
        .init(name: "dense1", layer: Dense(units: 6, activation: .relu), inputs: ["flatten"]),
        .init(name: "dropout", layer: Dropout(rate: 0.5), inputs: ["dense1"]),
        .init(
          name: "predictions", layer: Dense(units: 5, appliesSoftmax: true), inputs: ["dropout"]),
      ])
  }

  /// Two ways that meet, and then `ending`.
  static func residual(ending: [Graph.Node]) throws -> Graph {
    try Graph(
      name: "residual", inputShape: Shape([4, 4, 3]),
      nodes: [
        .init(name: "a", layer: Conv2D(filters: 3, window: Window(1)), inputs: [""]),
        .init(name: "b", layer: Conv2D(filters: 3, window: Window(1)), inputs: ["a"]),
        .init(name: "add", layer: Add(), inputs: ["a", "b"]),
      ] + ending)
  }
}
