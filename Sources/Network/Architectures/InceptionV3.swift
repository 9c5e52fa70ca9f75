import Kernels

/// Inception V3 (Szegedy et al., arXiv:1512.00567): large windows taken apart, 7×7 into 1×7 and 7×1.
/// The classifier half-way, which helps in training alone, is left out. The normalisations
/// of Keras and slim have no gamma, and their average poolings leave the padding out.
struct InceptionV3 {
  static let architectures: [Architecture] = [
    Architecture(
      "inception_v3", family: "InceptionV3", dialects: [.torchvision, .timm, .keras, .slim],
      edge: 299
    ) {
      InceptionV3($0).builder(classes: $1.classes)
    }
  ]

  private var network: BranchBuilder

  init(_ dialect: Dialect) {
    var normalization = dialect.normalization()
    normalization.epsilon = 1e-3
    normalization.hasGamma = dialect.isOfTorch
    network = BranchBuilder(
      ArchitectureBuilder(dialect, normalization: normalization),
      slimName: InceptionV3SlimNames.name)
  }

  func builder(classes: Int?) -> ArchitectureBuilder {
    var built = self
    let dialect = network.dialect
    built.addStem()
    for (index, letter) in "bcd".enumerated() {
      built.addSmall("Mixed_5\(letter)", keras: "mixed\(index)", pooled: index == 0 ? 32 : 64)
    }
    built.addFirstReduction()
    for (index, (letter, inner)) in zip("bcde", [128, 160, 160, 192]).enumerated() {
      built.addMedium("Mixed_6\(letter)", keras: "mixed\(4 + index)", inner: inner)
    }
    built.addSecondReduction()
    for (index, letter) in "bc".enumerated() {
      built.addLarge("Mixed_7\(letter)", number: index)
    }
    built.network.addClassifier(classes, dropout: dialect == .slim ? 0.2 : 0.5)
    return built.network.builder
  }

  private mutating func addStem() {
    network.add(
      .init("Conv2d_1a_3x3", 32, valid: 3, stride: 2), .init("Conv2d_2a_3x3", 32, valid: 3),
      .init("Conv2d_2b_3x3", 64, 3))
    addPooling("maxpool1", slim: "MaxPool_3a_3x3")
    network.add(.init("Conv2d_3b_1x1", 80, 1), .init("Conv2d_4a_3x3", 192, valid: 3))
    addPooling("maxpool2", slim: "MaxPool_5a_3x3")
  }

  @discardableResult
  private mutating func addPooling(
    _ name: String, slim: String, reading input: String? = nil
  ) -> String {
    network.add(
      network.name(keras: "max_pooling2d", torch: name, slim: slim),
      MaxPooling2D(window: Window(3, stride: 2)), reading: input ?? network.last)
  }

  /// A mean around every position and a 1×1 convolution of it.
  private mutating func addPooledBranch(_ block: String, _ filters: Int, reading input: String)
    -> String
  {
    network.add(
      network.name(
        keras: "average_pooling2d", torch: "\(block).pool",
        slim: "\(block)/Branch_3/AvgPool_0a_3x3"),
      AveragePooling2D(
        window: Window(3, padding: .all(1)), countsPadding: network.dialect.isOfTorch),
      reading: input)
    return network.add(.init("branch_pool", filters, 1), block: block)
  }

  private func joint(_ block: String, _ keras: String) -> String {
    network.dialect.choose(
      keras: keras, torchvision: "\(block).concat",
      slim: "\(block.replacing(".", with: "/"))/concat")
  }

  /// Of 35 × 35 positions.
  private mutating func addSmall(_ block: String, keras: String, pooled: Int) {
    let input = network.last
    let branches = [
      network.add(.init("branch1x1", 64, 1), block: block, reading: input),
      network.add(
        .init("branch5x5_1", 48, 1), .init("branch5x5_2", 64, 5), block: block, reading: input),
      network.add(
        .init("branch3x3dbl_1", 64, 1), .init("branch3x3dbl_2", 96, 3),
        .init("branch3x3dbl_3", 96, 3), block: block, reading: input),
      addPooledBranch(block, pooled, reading: input),
    ]
    network.join(branches, named: joint(block, keras))
  }

  private mutating func addFirstReduction() {
    let (block, input) = ("Mixed_6a", network.last)
    let branches = [
      network.add(.init("branch3x3", 384, valid: 3, stride: 2), block: block, reading: input),
      network.add(
        .init("branch3x3dbl_1", 64, 1), .init("branch3x3dbl_2", 96, 3),
        .init("branch3x3dbl_3", 96, valid: 3, stride: 2), block: block, reading: input),
      addPooling("\(block).pool", slim: "\(block)/Branch_2/MaxPool_1a_3x3", reading: input),
    ]
    network.join(branches, named: joint(block, "mixed3"))
  }

  /// Of 17 × 17 positions.
  private mutating func addMedium(_ block: String, keras: String, inner: Int) {
    let input = network.last
    let branches = [
      network.add(.init("branch1x1", 192, 1), block: block, reading: input),
      network.add(
        .init("branch7x7_1", inner, 1), .init("branch7x7_2", inner, height: 1, width: 7),
        .init("branch7x7_3", 192, height: 7, width: 1), block: block, reading: input),
      network.add(
        .init("branch7x7dbl_1", inner, 1), .init("branch7x7dbl_2", inner, height: 7, width: 1),
        .init("branch7x7dbl_3", inner, height: 1, width: 7),
        .init("branch7x7dbl_4", inner, height: 7, width: 1),
        .init("branch7x7dbl_5", 192, height: 1, width: 7), block: block, reading: input),
      addPooledBranch(block, 192, reading: input),
    ]
    network.join(branches, named: joint(block, keras))
  }

  private mutating func addSecondReduction() {
    let (block, input) = ("Mixed_7a", network.last)
    let branches = [
      network.add(
        .init("branch3x3_1", 192, 1), .init("branch3x3_2", 320, valid: 3, stride: 2), block: block,
        reading: input),
      network.add(
        .init("branch7x7x3_1", 192, 1), .init("branch7x7x3_2", 192, height: 1, width: 7),
        .init("branch7x7x3_3", 192, height: 7, width: 1),
        .init("branch7x7x3_4", 192, valid: 3, stride: 2), block: block, reading: input),
      addPooling("\(block).pool", slim: "\(block)/Branch_2/MaxPool_1a_3x3", reading: input),
    ]
    network.join(branches, named: joint(block, "mixed8"))
  }

  /// Of 8 × 8 positions: two of the branches fork at their ends.
  private mutating func addLarge(_ block: String, number: Int) {
    let input = network.last
    let single = network.add(.init("branch1x1", 320, 1), block: block, reading: input)
    network.add(.init("branch3x3_1", 384, 1), block: block, reading: input)
    let fork = addFork("branch3x3_2", block, keras: "mixed9_\(number)")
    network.add(
      .init("branch3x3dbl_1", 448, 1), .init("branch3x3dbl_2", 384, 3), block: block,
      reading: input)
    let deepFork = addFork("branch3x3dbl_3", block, keras: nil)
    let pooled = addPooledBranch(block, 192, reading: input)
    network.join(
      [single, fork, deepFork, pooled], named: joint(block, "mixed\(9 + number)"))
  }

  /// A 1×3 and a 3×1 convolution of what was added last.
  private mutating func addFork(_ name: String, _ block: String, keras: String?) -> String {
    let input = network.last
    let forks = [
      network.add(.init("\(name)a", 384, height: 1, width: 3), block: block, reading: input),
      network.add(.init("\(name)b", 384, height: 3, width: 1), block: block, reading: input),
    ]
    let place = "\(block).\(name)"
    let joint = keras.map { self.joint(place, $0) }
    return network.join(
      forks, named: joint ?? network.name(keras: "concatenate", torch: "\(place).concat"))
  }
}
