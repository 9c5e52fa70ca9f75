import Kernels

/// A known architecture, without weights: one description, in the dialects of the frameworks that have
/// it, so that the weights of a file of theirs have their place. All end in logits.
///
/// A family's file lists its members (`static let resNets`); `all` puts the lists together.
package struct Architecture: Sendable {
  /// What its first dialect calls it: `resnet50`.
  package let name: String
  /// What its papers and lists call the family: `ResNet`.
  package let family: String
  /// Whose networks are of it, the first being what `zoo:NAME` builds.
  package let dialects: [Dialect]
  private let names: [Dialect: String]
  private let edges: [Dialect: Int]
  private let build: @Sendable (Dialect, ArchitectureSize) -> ArchitectureBuilder

  /// - Parameters:
  ///   - names: where a dialect calls it otherwise.
  ///   - edge: height and width of the images that it was made for.
  ///   - edges: the same, where a dialect's differ.
  init(
    _ name: String, family: String, dialects: [Dialect], names: [Dialect: String] = [:],
    edge: Int = 224, edges: [Dialect: Int] = [:],
    build: @escaping @Sendable (Dialect, ArchitectureSize) -> ArchitectureBuilder
  ) {
    self.name = name
    self.family = family
    self.dialects = dialects
    self.names = names
    self.edges = Dictionary(uniqueKeysWithValues: dialects.map { ($0, edges[$0] ?? edge) })
    self.build = build
  }

  package static let all: [Architecture] =
    ResNet.architectures + ResNetV2.architectures + DenseNet.architectures + RegNet.architectures
    + AlexNet.architectures + VGG.architectures + SqueezeNet.architectures
    + MobileNetV1.architectures + MobileNetV2.architectures + MobileNetV3.architectures
    + MobileNetV4.architectures + MNASNet.architectures + ShuffleNetV2.architectures
    + EfficientNet.architectures + GoogLeNet.architectures
    + InceptionV2.architectures + InceptionV3.architectures + InceptionV4.architectures
    + InceptionResNetV2.architectures + Xception.architectures + NASNet.architectures

  /// The names that `zoo:NAME` takes.
  package static let names = all.map(\.name)

  /// Outputs of networks trained on ImageNet.
  package static let classes = 1000

  /// What `dialect` calls it.
  package func name(in dialect: Dialect) -> String { names[dialect] ?? name }

  /// The image that networks of it were made for.
  /// - Precondition: `dialect` is one of `dialects`.
  package func inputShape(_ dialect: Dialect) -> Shape {
    guard let edge = edges[dialect] else { preconditionFailure("\(name) in \(dialect)") }
    return Shape(height: edge, width: edge, channels: 3)
  }

  /// By the name in any of its dialects, or in one.
  package static func find(_ name: String, dialect: Dialect? = nil) -> Architecture? {
    guard let dialect else {
      return all.first { $0.name == name }
        ?? all.first { architecture in
          architecture.dialects.contains { architecture.name(in: $0) == name }
        }
    }
    return all.first { $0.dialects.contains(dialect) && $0.name(in: dialect) == name }
  }

  /// A few names that begin as `name` does, for a person who has mistyped it; a well-known one where
  /// none does.
  static func names(like name: String) -> [String] {
    let alike = names.enumerated()
      .map {
        (
          place: $0.offset, name: $0.element,
          common: zip($0.element, name).prefix { $0 == $1 }.count
        )
      }
      .filter { $0.common >= 3 }
      .sorted { ($1.common, $0.place) < ($0.common, $1.place) }
    return alike.isEmpty ? ["resnet50"] : alike.prefix(4).map(\.name)
  }

  /// What `zoo:NAME` is.
  /// - Throws: `ArchitectureError` for a name that is not known.
  package static func named(_ name: String) throws(ArchitectureError) -> Architecture {
    guard let architecture = find(name) else { throw .unknownName(name) }
    return architecture
  }

  /// - Parameters:
  ///   - dialect: one of `dialects`; the first, if not given.
  ///   - inputShape: of the images; what it was made for, if not given.
  ///   - classes: outputs; `nil`: without a classifier.
  /// - Throws: `ArchitectureError` for an input that is too small.
  package func graph(
    _ dialect: Dialect? = nil, inputShape: Shape? = nil, classes: Int? = classes
  ) throws(ArchitectureError) -> Graph {
    let dialect = dialect ?? dialects[0]
    precondition(dialects.contains(dialect), "\(name) in the dialect of \(dialect)")
    let input = inputShape ?? self.inputShape(dialect)
    let builder = build(dialect, ArchitectureSize(input: input, classes: classes))
    do {
      return try builder.graph(named: name, inputShape: input)
    } catch {
      throw .graph(name, error)
    }
  }
}

extension Architecture {
  /// What the layers of a network with a classifier are called, those without weights included: cheap,
  /// since no shapes are worked out.
  /// - Precondition: `dialect` is one of `dialects`.
  package func layerNames(_ dialect: Dialect) -> [String] {
    let size = ArchitectureSize(input: inputShape(dialect), classes: Self.classes)
    return build(dialect, size).nodes.map(\.name)
  }
}

/// What the builder of an architecture is asked for.
struct ArchitectureSize: Sendable {
  let input: Shape
  /// Outputs; `nil`: the network ends in what its classifier would read, one number a feature.
  let classes: Int?
}

extension Architecture: Hashable, CustomStringConvertible {
  package static func == (left: Architecture, right: Architecture) -> Bool {
    left.name == right.name
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(name) }

  package var description: String { name }
}

package enum ArchitectureError: Error, Equatable, CustomStringConvertible {
  case unknownName(String)
  case graph(String, GraphError)

  package var description: String {
    switch self {
    case .unknownName(let name):
      "no network called '\(name)' in the zoo, which has "
        + Architecture.names(like: name).joined(separator: ", ") + " and others: see 'thaw zoo'"
    case .graph(let name, let error): "zoo:\(name): \(error)"
    }
  }
}
