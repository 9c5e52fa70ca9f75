import Kernels

/// Known architectures, without weights: as torchvision builds them, so that speed can be compared
/// and its weights have a place to go. All end in logits.
package enum Zoo: String, CaseIterable, Sendable {
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

  /// - Throws: `ZooError` for a name that is not in the zoo, or an input that is too small.
  package static func graph(
    named name: String, inputShape: Shape = inputShape, classes: Int = classes
  ) throws(ZooError) -> Graph {
    guard let network = Zoo(rawValue: name) else { throw .unknownName(name) }
    do {
      return try network.graph(inputShape: inputShape, classes: classes)
    } catch {
      throw .graph(name, error)
    }
  }

  /// - Throws: `GraphError` for an input that is too small.
  package func graph(
    inputShape: Shape = inputShape, classes: Int = classes
  ) throws(GraphError) -> Graph {
    let builder =
      switch self {
      case .resnet18: ResNet(blocks: [2, 2, 2, 2], isBottleneck: false).builder(classes: classes)
      case .resnet34: ResNet(blocks: [3, 4, 6, 3], isBottleneck: false).builder(classes: classes)
      case .resnet50: ResNet(blocks: [3, 4, 6, 3], isBottleneck: true).builder(classes: classes)
      case .vgg16: VGG(convolutions: [2, 2, 3, 3, 3]).builder(classes: classes)
      case .mobilenetV2: MobileNetV2().builder(classes: classes)
      case .squeezenet11: SqueezeNet().builder(classes: classes)
      case .efficientnetB0: EfficientNet().builder(classes: classes)
      }
    return try builder.graph(named: rawValue, inputShape: inputShape)
  }

  /// torchvision's batch normalisation: a momentum of 0.1 there weighs the new statistics.
  static let normalization = BatchNormalization(epsilon: 1e-5, momentum: 0.9)
}

package enum ZooError: Error, Equatable, CustomStringConvertible {
  case unknownName(String)
  case graph(String, GraphError)

  package var description: String {
    switch self {
    case .unknownName(let name):
      "no network called '\(name)' in the zoo, which has \(Zoo.names.joined(separator: ", "))"
    case .graph(let name, let error): "zoo:\(name): \(error)"
    }
  }
}
