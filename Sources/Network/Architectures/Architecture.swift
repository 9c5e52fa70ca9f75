import Kernels

/// Known architectures, without weights: each one description, in the dialects of the frameworks that
/// have it, so that the weights of a file of theirs have their place. All end in logits.
package enum Architecture: String, CaseIterable, Sendable {
  case resnet18, resnet34, resnet50
  case vgg16
  case mobilenetV2 = "mobilenet_v2"
  case squeezenet11 = "squeezenet1_1"
  case efficientnetB0 = "efficientnet_b0"

  /// The names that `zoo:NAME` takes.
  package static var names: [String] { allCases.map(\.rawValue) }

  /// What they were made for.
  package static let inputShape = Shape(height: 224, width: 224, channels: 3)
  package static let classes = 1000

  /// torchvision has them all, Keras Applications most.
  package var dialects: [Dialect] {
    switch self {
    case .resnet18, .resnet34, .squeezenet11: [.torchvision]
    case .resnet50, .vgg16, .mobilenetV2, .efficientnetB0: [.keras, .torchvision]
    }
  }

  /// - Throws: `ArchitectureError` for a name that is not known, or an input that is too small.
  package static func graph(
    named name: String, inputShape: Shape = inputShape, classes: Int = classes
  ) throws(ArchitectureError) -> Graph {
    guard let architecture = Architecture(rawValue: name) else { throw .unknownName(name) }
    do {
      return try architecture.graph(inputShape: inputShape, classes: classes)
    } catch {
      throw .graph(name, error)
    }
  }

  /// - Precondition: `dialect` is one of `dialects`.
  /// - Throws: `GraphError` for an input that is too small.
  package func graph(
    _ dialect: Dialect = .torchvision, inputShape: Shape = inputShape, classes: Int = classes
  ) throws(GraphError) -> Graph {
    precondition(dialects.contains(dialect), "\(rawValue) in the dialect of \(dialect)")
    let builder =
      switch self {
      case .resnet18:
        ResNet(blocks: [2, 2, 2, 2], isBottleneck: false).builder(dialect, classes: classes)
      case .resnet34:
        ResNet(blocks: [3, 4, 6, 3], isBottleneck: false).builder(dialect, classes: classes)
      case .resnet50:
        ResNet(blocks: [3, 4, 6, 3], isBottleneck: true).builder(dialect, classes: classes)
      case .vgg16: VGG(convolutions: [2, 2, 3, 3, 3]).builder(dialect, classes: classes)
      case .mobilenetV2: MobileNetV2().builder(dialect, classes: classes)
      case .squeezenet11: SqueezeNet().builder(classes: classes)
      case .efficientnetB0: EfficientNet().builder(dialect, classes: classes)
      }
    return try builder.graph(named: rawValue, inputShape: inputShape)
  }
}

package enum ArchitectureError: Error, Equatable, CustomStringConvertible {
  case unknownName(String)
  case graph(String, GraphError)

  package var description: String {
    switch self {
    case .unknownName(let name):
      "no network called '\(name)' in the zoo, which has \(Architecture.names.joined(separator: ", "))"
    case .graph(let name, let error): "zoo:\(name): \(error)"
    }
  }
}
