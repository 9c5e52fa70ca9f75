import Kernels

/// Puts together the networks whose blocks are branches side by side: convolutions, each with its batch
/// normalisation and rectifier, and what joins them. Keras numbers their layers through the network;
/// Torch and slim name them by block and branch.
struct BranchBuilder {
  var builder: ArchitectureBuilder
  /// How many layers of each of Keras' classes have no name of their own so far.
  private var counts: [String: Int] = [:]

  var dialect: Dialect { builder.dialect }
  /// Name of the layer added last.
  var last: String { builder.last }

  /// Of a unit in slim, from Torch's name of it, `Mixed_5b.branch1x1`, and its block's.
  private let slimName: (_ block: String, _ unit: String) -> String

  init(
    _ builder: ArchitectureBuilder,
    slimName: @escaping (_ block: String, _ unit: String) -> String = { block, unit in
      block.isEmpty ? unit : "\(block)/\(unit)"
    }
  ) {
    self.builder = builder
    self.slimName = slimName
  }

  /// A convolution of a branch, with its batch normalisation and rectifier.
  struct Unit {
    /// Torch's name of it within its block; slim's in networks that Torch does not have.
    let name: String
    let filters: Int
    let window: Window

    /// As many zeros around the image as keep its size.
    init(_ name: String, _ filters: Int, height: Int, width: Int) {
      self.name = name
      self.filters = filters
      window = Window(
        height: height, width: width,
        padding: .explicit(
          Padding(top: height / 2, bottom: height / 2, left: width / 2, right: width / 2)))
    }

    init(_ name: String, _ filters: Int, _ size: Int) {
      self.init(name, filters, height: size, width: size)
    }

    /// With half of the window around the image on each side.
    init(_ name: String, _ filters: Int, _ size: Int, stride: Int) {
      self.name = name
      self.filters = filters
      window = Window(size, stride: stride, padding: .all(size / 2))
    }

    /// With as many zeros as TensorFlow puts there.
    init(_ name: String, _ filters: Int, same size: Int, stride: Int) {
      self.name = name
      self.filters = filters
      window = Window(size, stride: stride, padding: .same)
    }

    /// Without zeros around the image.
    init(_ name: String, _ filters: Int, valid size: Int, stride: Int = 1) {
      self.name = name
      self.filters = filters
      window = Window(size, stride: stride)
    }
  }

  /// The next name of a layer that Keras numbers: `conv2d`, `conv2d_1`, ….
  mutating func numbered(_ kind: String) -> String {
    let count = counts[kind, default: 0]
    counts[kind] = count + 1
    return count == 0 ? kind : "\(kind)_\(count)"
  }

  /// Numbered in Keras' dialect, in the others by its place.
  mutating func name(keras kind: String, torch name: String, slim: String? = nil) -> String {
    switch dialect {
    case .keras: numbered(kind)
    case .slim: slim ?? name.replacing(".", with: "/")
    case .torchvision, .timm, .efficientNetPyTorch: name
    }
  }

  /// Adds a layer; see `ArchitectureBuilder.add`.
  @discardableResult
  mutating func add(_ name: String, _ layer: any Layer, reading inputs: String...) -> String {
    builder.add(name, layer, readingAll: inputs.isEmpty ? [last] : inputs)
  }

  /// Adds units, one after the other, of which the first reads `input`, or the layer added last.
  /// - Parameter block: Torch's name of what they are in, empty for the network.
  /// - Returns: the last one's name.
  @discardableResult
  mutating func add(_ units: Unit..., block: String = "", reading input: String? = nil) -> String {
    let start = block.isEmpty ? "" : block + "."
    for (index, unit) in units.enumerated() {
      let place = start + unit.name
      let slim = slimName(block, unit.name)
      builder.addConvolution(
        name(keras: "conv2d", torch: "\(place).conv", slim: slim),
        normalization: name(
          keras: "batch_normalization", torch: "\(place).bn",
          slim: SlimNames.normalization(of: slim)),
        filters: unit.filters, window: unit.window, reading: index == 0 ? input : nil)
      add(
        name(
          keras: "activation", torch: "\(place).relu", slim: SlimNames.activation(of: slim)),
        ActivationLayer(.relu))
    }
    return last
  }

  /// Joins the channels of branches.
  @discardableResult
  mutating func join(_ branches: [String], named name: String) -> String {
    builder.add(name, Concatenate(), readingAll: branches)
  }

  /// Adds what ends a network: the mean of each channel, and for so many classes their logits.
  /// - Parameters:
  ///   - dropout: of Torch's and slim's networks, before the logits.
  ///   - slim: what slim calls the layer that gives the logits.
  mutating func addClassifier(
    _ classes: Int?, dropout: Double, slim: String = "Logits/Conv2d_1c_1x1"
  ) {
    add(
      dialect.choose(keras: "avg_pool", torchvision: "avgpool", slim: "Logits/AvgPool"),
      GlobalAveragePooling2D())
    if classes != nil, dialect != .keras {
      add(dialect == .slim ? "Logits/Dropout" : "dropout", Dropout(rate: dropout))
    }
    builder.addClassifier(
      dialect.choose(keras: "predictions", torchvision: "fc", slim: slim), classes)
  }
}
